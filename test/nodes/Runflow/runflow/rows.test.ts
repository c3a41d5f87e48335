import fc from 'fast-check';

import { rowsOf } from '../../../../nodes/Runflow/runflow/rows.ts';

const BATCH = '3c90c3cc-0d44-4b50-8888-8dd25736052a';

describe('rowsOf', () => {
	it('gives the rows in input order, unknown fields untouched', () => {
		const items = [
			{ sequence_index: 2, status_code: 'failed', run_id: 'r2', error: { code: 'X' }, extra: 1 },
			{
				sequence_index: 0,
				status_code: 'succeeded',
				client_ref: 'a',
				output: { url: 'https://u.test/u' },
			},
			{ sequence_index: 1, status_code: 'canceled' },
		];
		expect(rowsOf(BATCH, { items, total: 3 })).toEqual([
			{
				batch_id: BATCH,
				sequence_index: 0,
				status_code: 'succeeded',
				client_ref: 'a',
				run_id: null,
				output: { url: 'https://u.test/u' },
				urls: ['https://u.test/u'],
			},
			{
				batch_id: BATCH,
				sequence_index: 1,
				status_code: 'cancelled',
				client_ref: null,
				run_id: null,
				urls: [],
			},
			{
				batch_id: BATCH,
				sequence_index: 2,
				status_code: 'failed',
				client_ref: null,
				run_id: 'r2',
				error: { code: 'X' },
				extra: 1,
				urls: [],
			},
		]);
		expect(items[0]).not.toHaveProperty('batch_id');
	});

	it('puts rows without a position last, in the order they came', () => {
		const items = [{ run_id: 'x' }, { run_id: 'y', sequence_index: 'one' }, { sequence_index: 7 }];
		const rows = rowsOf(BATCH, { items });
		expect(rows.map((row) => row.run_id)).toEqual([null, 'x', 'y']);
		expect(rows.map((row) => row.sequence_index)).toEqual([7, null, null]);
	});

	it.each([null, undefined, {}, { items: null }, { items: {} }, { items: 'abc' }, { items: [] }])(
		'finds no rows in %j',
		(output) => {
			expect(rowsOf(BATCH, output)).toEqual([]);
		},
	);

	it('leaves out what is no object', () => {
		expect(rowsOf(BATCH, { items: [null, 1, 'a', { run_id: 'r' }] })).toHaveLength(1);
	});

	it('never throws, whatever the items are', () => {
		fc.assert(
			fc.property(fc.array(fc.anything()), (items) => {
				for (const row of rowsOf(BATCH, { items })) expect(row.batch_id).toBe(BATCH);
			}),
		);
	});
});
