import { NodeOperationError, type IDataObject, type INodeExecutionData } from 'n8n-workflow';

import {
	assertNoFailedRows,
	rowItems,
} from '../../../../../../nodes/Runflow/actions/batch/results/rowItems.ts';
import { fakeApi, rejection } from '../../../../../fakes/api.ts';
import { batchIdOf } from '../../../../../fakes/createRun.ts';
import { requests, runflow, withoutNetwork } from '../../../../../fakes/network.ts';
import {
	answerBatch,
	answerItems,
	linksOf,
	row,
	waitingContext,
} from '../../../../../fakes/waitingContext.ts';

withoutNetwork();

const [A, B] = [batchIdOf(0), batchIdOf(100)];
/** The rows of batch A, for input items in the given order. */
async function rowsOfA(itemIndexes: number[], setup = {}, states?: Parameters<typeof rowItems>[3]) {
	const { context } = waitingContext({ parameters: {}, ...setup });
	return await rowItems(context, fakeApi(), [{ id: A, itemIndexes }], states);
}

describe('rowItems', () => {
	it('gives each row with its output and its link, by its place in the batch', async () => {
		answerItems(A, [row(1, { client_ref: 'b', cost: '0.10', run_id: 'r1', spare: 1 }), row(0)]);
		expect(await rowsOfA([4, 7])).toEqual([
			{
				json: {
					status_code: 'succeeded',
					output: { outputs: [{ url: 'https://files.runflow.test/0.png' }] },
					error: null,
					urls: ['https://files.runflow.test/0.png'],
					id: null,
					run_id: null,
					batch_id: A,
					sequence_index: 0,
					client_ref: null,
					cost: null,
				},
				pairedItem: { item: 4 },
			},
			{
				json: expect.objectContaining({
					urls: ['https://files.runflow.test/1.png'],
					run_id: 'r1',
					sequence_index: 1,
					client_ref: 'b',
					cost: '0.10',
				}),
				pairedItem: { item: 7 },
			},
		]);
	});

	it('keeps the order of several batches, whose rows may belong to one input item', async () => {
		answerItems(A, [0, 1]);
		answerItems(B, [0]);
		const { context } = waitingContext({ parameters: {} });
		const awaited = [
			{ id: A, itemIndexes: [0, 0] },
			{ id: B, itemIndexes: [1] },
		];
		const items = await rowItems(context, fakeApi(), awaited);
		expect(items.map(({ json }) => [json.batch_id, json.sequence_index])).toEqual([
			[A, 0],
			[A, 1],
			[B, 0],
		]);
		expect(linksOf(items)).toEqual([0, 0, 1]);
	});

	it('has an item with an error for a row that Runflow does not tell of', async () => {
		answerItems(A, [row(0), row(2)]);
		answerBatch(A, 'running');
		const items = await rowsOfA([0, 1, 2]);
		expect(linksOf(items)).toEqual([0, 1, 2]);
		expect(items.map(({ json }) => json.error)).toEqual([
			null,
			{ message: 'Runflow has no result for this row' },
			null,
		]);
		expect(items[1].json).toMatchObject({ output: null, urls: [], sequence_index: 1 });
	});

	it.each<[string, IDataObject, unknown, string]>([
		['an error object', { status_code: 'failed', error: { code: 'X' } }, { code: 'X' }, 'failed'],
		['an error text', { status_code: 'failed', error: 'no' }, { message: 'no' }, 'failed'],
		[
			'no error',
			{ status_code: 'failed' },
			{ message: expect.stringContaining('failed') },
			'failed',
		],
		[
			'the other spelling',
			{ status_code: 'canceled' },
			{ message: 'The row was cancelled' },
			'cancelled',
		],
		['nothing to complain about', { status_code: 'running' }, null, 'running'],
	])('reads a row with %s', async (_, change, error, status) => {
		answerItems(A, [{ sequence_index: 0, ...change }]);
		const [{ json }] = await rowsOfA([0], {}, new Map([[A, { status_code: 'running' }]]));
		expect(json).toMatchObject({ error, status_code: status, output: null, urls: [] });
	});

	it('has an error for whatever did not succeed in a finished batch', async () => {
		answerItems(A, [row(0), row(1, { status_code: 'expired' }), row(2, { status_code: 'failed' })]);
		const state = { status_code: 'partial_succeeded', failure_message: 'No machine was free' };
		const items = await rowsOfA([0, 1, 2], {}, new Map([[A, state]]));
		expect(items.map(({ json }) => json.error)).toEqual([
			null,
			{
				message: "The batch is finished, but this row has the state 'expired'. No machine was free",
			},
			{ message: 'No machine was free' },
		]);
	});

	it('leaves out the input, which can be large', async () => {
		answerItems(A, [row(0, { input: { prompt: 'x' }, created_at: 'now' })]);
		const [{ json }] = await rowsOfA([0]);
		expect(Object.keys(json).sort()).toEqual(
			[
				...['batch_id', 'client_ref', 'cost', 'error', 'id', 'output', 'run_id'],
				...['sequence_index', 'status_code', 'urls'],
			].sort(),
		);
	});

	it('does not shift rows whose numbers begin at 1', async () => {
		answerItems(A, [row(1), row(2)]);
		const items = await rowsOfA([4, 7]);
		expect(items.map(({ json }) => [json.urls, json.sequence_index])).toEqual([
			[['https://files.runflow.test/1.png'], 0],
			[['https://files.runflow.test/2.png'], 1],
		]);
	});

	it('does not make up a state that Runflow does not tell', async () => {
		answerItems(A, [{ sequence_index: 0 }]);
		const [told, untold] = await rowsOfA([0, 1], {}, new Map([[A, { status_code: 'running' }]]));
		expect([told.json.status_code, told.json.error]).toEqual(['unknown', null]);
		expect([untold.json.status_code, untold.json.error]).toEqual([
			'unknown',
			{ message: 'Runflow has no result for this row' },
		]);
	});

	it('gives n8n what it sends to an error output, where the node has one', async () => {
		answerItems(A, [row(0), row(1, { status_code: 'failed', error: { message: 'bad image' } })]);
		const items = await rowsOfA([0, 1], { node: { onError: 'continueErrorOutput' } });
		expect(items[0].json.status_code).toBe('succeeded');
		expect(items[1]).toEqual({
			json: {
				error: 'bad image',
				details: expect.objectContaining({ batch_id: A, error: { message: 'bad image' } }),
			},
			pairedItem: { item: 1 },
		});
	});

	it('fails as a whole when the rows of one batch cannot be read', async () => {
		runflow().get(`/v1/batches/${A}/items`).query(true).reply(404, {});
		expect(await rejection(rowsOfA([0]))).toMatchObject({ status: 404 });
	});

	it('asks for nothing when there are no batches', async () => {
		const { context } = waitingContext({ parameters: {} });
		expect(await rowItems(context, fakeApi(), [])).toEqual([]);
		expect(requests()).toEqual([]);
	});
});

describe('assertNoFailedRows', () => {
	const item = (index: number, error: unknown, batch_id: string = A): INodeExecutionData => ({
		json: { error, batch_id } as IDataObject,
		pairedItem: { item: index },
	});
	const check = (items: INodeExecutionData[]) => () =>
		assertNoFailedRows(waitingContext({ parameters: {} }).context, items);

	it('says nothing when no row failed', () => {
		expect(check([item(0, null), item(1, undefined)])).not.toThrow();
		expect(check([])).not.toThrow();
	});

	it('names five failed rows and every batch that they are in', () => {
		const errors = [{ message: 'a' }, { code: 'B' }, 'c', {}, { message: 'e' }, { message: 'f' }];
		const failed = errors.map((error, index) => item(index, error, index ? B : A));
		let thrown: unknown;
		try {
			check([...failed, item(6, null, batchIdOf(200))])();
		} catch (error) {
			thrown = error;
		}
		expect(thrown).toBeInstanceOf(NodeOperationError);
		const { message, description } = thrown as NodeOperationError;
		expect(message).toBe('6 of 7 rows failed');
		expect(description).toContain('use Retry in the list of executions');
		expect(description).toContain('item 0: a; item 1: B; item 2: c; item 3: failed; item 4: e; …');
		expect(description).not.toContain('item 5');
		expect(description).toContain(`from ${A}, ${B}.`);
	});
});
