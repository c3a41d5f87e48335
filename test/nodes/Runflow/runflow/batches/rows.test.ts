import fc from 'fast-check';

import {
	bareRow,
	rowsInOrder,
	rowsOfList,
	toRow,
} from '../../../../../nodes/Runflow/runflow/batches/rows.ts';

const BATCH = '3c90c3cc-0d44-4b50-8888-8dd25736052a';
const FINISHED = { status_code: 'partial_succeeded' };

describe('toRow', () => {
	it('has every field of a row, whatever Runflow says, and keeps the rest', () => {
		expect(toRow(BATCH, {})).toEqual({
			status_code: 'unknown',
			output: null,
			urls: [],
			error: null,
			id: null,
			run_id: null,
			batch_id: BATCH,
			sequence_index: null,
			client_ref: null,
			cost: null,
		});
		const item = {
			id: 'i',
			run_id: 'r',
			sequence_index: 3,
			client_ref: 'a',
			status_code: 'succeeded',
			output: { url: 'https://u.test/u' },
			cost: 0.5,
			input: { prompt: 'x' },
		};
		const row = toRow(BATCH, item);
		expect(row).toEqual({
			...item,
			batch_id: BATCH,
			urls: ['https://u.test/u'],
			error: null,
			cost: '0.5',
		});
		expect(bareRow(row)).toEqual({ ...row, input: undefined });
		expect(item).not.toHaveProperty('batch_id');
	});

	const failure = { failure_code: 'NO_GPU', failure_message: 'No machine was free' };

	it.each<[string, Record<string, unknown>, object, unknown]>([
		['an error object', { status_code: 'failed', error: { code: 'X' } }, failure, { code: 'X' }],
		['an error text', { status_code: 'failed', error: 'no' }, {}, { message: 'no' }],
		['an error list', { status_code: 'failed', error: ['no'] }, {}, { message: '["no"]' }],
		['no reason', { status_code: 'failed' }, {}, { message: 'The model failed on this row' }],
		[
			"the batch's reason",
			{ status_code: 'failed' },
			failure,
			{ code: 'NO_GPU', message: 'No machine was free' },
		],
		[
			"the code of the batch's reason",
			{ status_code: 'failed' },
			{ failure_code: 'NO_GPU' },
			{ code: 'NO_GPU', message: 'NO_GPU' },
		],
		['either spelling', { status_code: 'canceled' }, {}, { message: 'The row was cancelled' }],
		['a row under way', { status_code: 'running' }, { status_code: 'running' }, null],
		['a row under way of an unknown batch', { status_code: 'running' }, {}, null],
		[
			'a row under way in a finished batch',
			{ status_code: 'running' },
			FINISHED,
			{ message: "The batch is finished, but this row has the state 'running'" },
		],
		[
			'an unknown state in a finished batch',
			{ status_code: 'expired' },
			{ ...FINISHED, ...failure },
			{
				code: 'NO_GPU',
				message: "The batch is finished, but this row has the state 'expired'. No machine was free",
			},
		],
		[
			'no state in a finished batch',
			{ status_code: 7 },
			FINISHED,
			{ message: "The batch is finished, but this row has the state 'unknown'" },
		],
	])('tells of %s', (_, item, batch, error) => {
		expect(toRow(BATCH, item, batch).error).toEqual(error);
	});

	it('has an error in a finished batch for everything that did not succeed', () => {
		fc.assert(
			fc.property(fc.anything(), fc.anything(), (status_code, error) => {
				const row = toRow(BATCH, { status_code, error }, FINISHED);
				const fine = status_code === 'succeeded' && !error;
				expect(row.error === null).toBe(fine);
				if (row.error && !(typeof error === 'object')) {
					expect(typeof row.error.message).toBe('string');
				}
			}),
		);
	});
});

describe('rowsInOrder', () => {
	it('has a row for every element, in order', () => {
		const items = [
			{ sequence_index: 2, status_code: 'succeeded', id: 'c' },
			{ sequence_index: 0, status_code: 'succeeded', id: 'a' },
		];
		const rows = rowsInOrder(BATCH, items, 3, { ...FINISHED, failure_message: 'It broke' });
		expect(rows.map(({ id, sequence_index }) => [id, sequence_index])).toEqual([
			['a', 0],
			[null, 1],
			['c', 2],
		]);
		expect(rows[1]).toMatchObject({
			status_code: 'unknown',
			output: null,
			error: { message: 'Runflow has no result for this row. It broke' },
		});
	});

	it('has an error where a result may belong to another row', () => {
		const items = [
			{ sequence_index: 1, status_code: 'succeeded', id: 'a' },
			{ sequence_index: 1, status_code: 'succeeded', id: 'b' },
			{ sequence_index: 0, status_code: 'succeeded', id: 'c' },
		];
		const rows = rowsInOrder(BATCH, items, 2);
		expect(rows.map(({ id }) => id)).toEqual(['c', null]);
		expect(rows[1].error).toEqual({
			message: 'Runflow does not say which of its results belongs to this row',
		});
	});

	it('takes the newest of what two pages show', () => {
		const items = [
			{ sequence_index: 0, status_code: 'running', id: 'a' },
			{ sequence_index: 0, status_code: 'succeeded', id: 'a' },
		];
		expect(rowsInOrder(BATCH, items, 1)[0]).toMatchObject({ id: 'a', status_code: 'succeeded' });
	});
});

describe('rowsOfList', () => {
	it('gives the rows in order, those without a number last', () => {
		const items = [
			{ run_id: 'x' },
			{ run_id: 'y', sequence_index: 'one' },
			{ run_id: 'z', sequence_index: 7 },
			null,
			1,
		];
		const rows = rowsOfList(BATCH, items);
		expect(rows.map((row) => [row.run_id, row.sequence_index])).toEqual([
			['z', 7],
			['x', null],
			['y', null],
		]);
	});

	it('counts from 0 where the batch says how many rows it has', () => {
		const items = [{ sequence_index: 2 }, { sequence_index: 1 }];
		const numbers = (...more: [object?, number?]) =>
			rowsOfList(BATCH, items, ...more).map((row) => row.sequence_index);
		expect(numbers()).toEqual([1, 2]);
		expect(numbers({ items_total: 2 })).toEqual([0, 1]);
		expect(numbers({ items_total: 3 })).toEqual([1, 2]);
		expect(numbers({}, 2)).toEqual([0, 1]);
	});

	it.each([null, undefined, {}, 'abc', []])('finds no rows in %j', (items) => {
		expect(rowsOfList(BATCH, items)).toEqual([]);
	});

	it('never throws, whatever the items are', () => {
		fc.assert(
			fc.property(fc.array(fc.anything()), fc.nat(5), (items, total) => {
				for (const row of rowsOfList(BATCH, items, FINISHED, total)) {
					expect(row.batch_id).toBe(BATCH);
				}
			}),
		);
	});
});
