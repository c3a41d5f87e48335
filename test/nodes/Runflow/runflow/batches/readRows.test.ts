import { listBatchItems } from '../../../../../nodes/Runflow/runflow/batches/batches.ts';
import {
	readListedRows,
	readRow,
	readRows,
} from '../../../../../nodes/Runflow/runflow/batches/readRows.ts';
import { fakeApi, rejection } from '../../../../fakes/api.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';
import { answerBatch, answerItems, row } from '../../../../fakes/waitingContext.ts';
import { BATCH_ID as A } from '../../../../fakes/callbacks.ts';

withoutNetwork();

const paths = () => requests().map(({ path }) => path.replace(`/v1/batches/${A}`, ''));
const LIST = '/items?limit=100';
const statesOf = (rows: Array<{ status_code: string }>) =>
	rows.map(({ status_code }) => status_code);

describe('readRows', () => {
	it('asks for nothing more where the items explain themselves', async () => {
		const failed = row(1, { status_code: 'failed', error: { message: 'bad image' } });
		answerItems(A, [row(0), failed, row(2, { status_code: 'canceled' })]);
		expect(statesOf(await readRows(fakeApi(), A, 3))).toEqual(['succeeded', 'failed', 'cancelled']);
		expect(paths()).toEqual([LIST]);
	});

	it.each([
		['fails without a reason', [row(0, { status_code: 'failed' })]],
		['is in an unknown state', [row(0, { status_code: 'expired' })]],
	])('reads the batch where a row %s', async (_, items) => {
		answerItems(A, items);
		answerBatch(A, 'failed', { failure_message: 'No machine was free' });
		const [{ error }] = await readRows(fakeApi(), A, 1);
		expect(error?.message).toMatch(/No machine was free$/);
		expect(paths()).toEqual([LIST, '']);
	});

	it('does not read a batch that is known', async () => {
		answerItems(A, [row(0, { status_code: 'failed' })]);
		const known = { status_code: 'failed', failure_message: 'No machine was free' };
		const [{ error }] = await readRows(fakeApi(), A, 1, known);
		expect(error).toEqual({ message: 'No machine was free' });
		expect(paths()).toEqual([LIST]);
	});

	it('takes rows under way for what they are while the batch is not finished', async () => {
		answerItems(A, [row(0), row(1, { status_code: 'running', output: null })]);
		const rows = await readRows(fakeApi(), A, 2, { status_code: 'running' });
		expect(rows.map(({ error }) => error)).toEqual([null, null]);
		expect(paths()).toEqual([LIST]);
	});

	it('asks again for items that are behind their finished batch', async () => {
		answerItems(A, [row(0, { status_code: 'running' })]);
		answerItems(A, [row(0, { status_code: 'queued' }), row(1)]);
		answerItems(A, [row(0), row(1)]);
		const rows = await readRows(fakeApi(), A, 2, { status_code: 'succeeded' });
		expect(statesOf(rows)).toEqual(['succeeded', 'succeeded']);
	});

	it('gives up after a while, and says what it saw', async () => {
		for (let read = 0; read < 4; read++) answerItems(A, [row(0, { status_code: 'running' })]);
		const [{ error }] = await readRows(fakeApi(), A, 1, { status_code: 'succeeded' });
		expect(error).toEqual({
			message: "The batch is finished, but this row has the state 'running'",
		});
		expect(paths()).toHaveLength(4);
	});

	it('keeps what it has when it cannot ask again', async () => {
		answerItems(A, [row(0)]);
		runflow().get(`/v1/batches/${A}${LIST}`).reply(404, {});
		const rows = await readRows(fakeApi(), A, 2, { status_code: 'succeeded' });
		expect(statesOf(rows)).toEqual(['succeeded', 'unknown']);
	});

	it('lets the batch decide from where its numbers count', async () => {
		answerItems(A, [row(1), row(2)]);
		for (let read = 0; read < 3; read++) answerItems(A, [row(1), row(2)]);
		answerBatch(A, 'succeeded', { items: [1, 2, 3].map((n) => ({ sequence_index: n })) });
		const rows = await readRows(fakeApi(), A, 3);
		expect(statesOf(rows)).toEqual(['succeeded', 'succeeded', 'unknown']);
	});
});

describe('readListedRows', () => {
	it('reads the batch where rows do not say why they did not succeed', async () => {
		answerItems(A, [row(0), row(1, { status_code: 'expired', output: null })]);
		answerBatch(A, 'partial_succeeded', { items_total: 2 });
		const rows = await readListedRows(fakeApi(), A, 100);
		expect(rows.map(({ error }) => error?.message)).toEqual([
			undefined,
			"The batch is finished, but this row has the state 'expired'",
		]);
	});

	it('reads the batch where no row has the number 0', async () => {
		runflow()
			.get(`/v1/batches/${A}/items?limit=2`)
			.reply(200, { items: [row(1), row(2)], next: 'more' });
		const items = [1, 2, 3].map((n) => ({ sequence_index: n }));
		answerBatch(A, 'succeeded', { items_total: 3, items });
		const rows = await readListedRows(fakeApi(), A, 2);
		expect(rows.map(({ sequence_index }) => sequence_index)).toEqual([0, 1]);
	});

	it('asks once where all is well', async () => {
		answerItems(A, [row(0), row(1)]);
		expect(await readListedRows(fakeApi(), A, 100)).toHaveLength(2);
		expect(paths()).toEqual([LIST]);
	});
});

describe('readRow', () => {
	it('has the shape of a row, and the batch explains it where it has to', async () => {
		runflow()
			.get(`/v1/batches/${A}/items/i`)
			.reply(200, { id: 'i', status_code: 'running', input: { a: 1 } });
		answerBatch(A, 'failed');
		expect(await readRow(fakeApi(), A, 'i')).toMatchObject({
			id: 'i',
			batch_id: A,
			urls: [],
			input: { a: 1 },
			error: { message: "The batch is finished, but this row has the state 'running'" },
		});
	});
});

it('fails with the items, not without them', async () => {
	runflow().get(`/v1/batches/${A}${LIST}`).reply(404, {});
	expect(await rejection(listBatchItems(fakeApi(), A))).toMatchObject({ status: 404 });
});
