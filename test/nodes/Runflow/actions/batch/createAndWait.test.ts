import { NodeApiError, WAIT_INDEFINITELY, type IDataObject } from 'n8n-workflow';

import { rejection } from '../../../../fakes/api.ts';
import { acceptBatches, batchIdOf } from '../../../../fakes/createRun.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';
import {
	answerBatch,
	answerItems,
	finishedBatch,
	linksOf,
	row,
	runWaiting,
	waitingParameters,
	type WaitingSetup,
} from '../../../../fakes/waitingContext.ts';

withoutNetwork();

const [A, B] = [batchIdOf(0), batchIdOf(100)];
const created = () => requests().filter(({ method }) => method === 'POST');
const callback = (change: IDataObject = {}) =>
	waitingParameters({ waitFor: 'callback', ...change });

describe('Batch > Create and Wait by polling', () => {
	it('gives a result for each row, in input order and linked', async () => {
		acceptBatches(2);
		answerBatch(A, 'running');
		finishedBatch({ rows: 100 });
		finishedBatch({ rows: 3, firstRow: 100 });
		const { output, parkedUntil } = await runWaiting({ items: 103 });
		expect(linksOf(output)).toEqual(Array.from({ length: 103 }, (_, index) => index));
		expect(output.slice(98).map(({ json }) => [json.batch_id, json.sequence_index])).toEqual([
			[A, 98],
			[A, 99],
			[B, 0],
			[B, 1],
			[B, 2],
		]);
		expect(created().map(({ body }) => 'callback_url' in JSON.parse(body))).toEqual([false, false]);
		expect(parkedUntil).toEqual([]);
	});

	it('links every row of an array to the input item that brought it', async () => {
		acceptBatches(2);
		finishedBatch({ rows: 2 });
		finishedBatch({ rows: 1, firstRow: 100 });
		const arrays = [[{ row: 0 }, { row: 1 }], [{ row: 100 }]];
		const parameters = (item: number) =>
			waitingParameters({ inputMode: 'jsonArray', batchJson: arrays[item] })(item);
		const { output } = await runWaiting({ items: 2, parameters });
		expect(linksOf(output)).toEqual([0, 0, 1]);
		expect(output.map(({ json }) => json.batch_id)).toEqual([A, A, B]);
	});

	it.each(['output', 'error'])('does with failed rows as told: %s', async (onFailedItems) => {
		acceptBatches(1);
		answerBatch(A, 'partial_succeeded');
		answerItems(A, [row(0), row(1, { status_code: 'failed', error: { message: 'bad' } })]);
		const running = runWaiting({ items: 2, parameters: waitingParameters({ onFailedItems }) });
		if (onFailedItems === 'error') {
			expect(await rejection(running)).toMatchObject({
				message: '1 of 2 rows failed',
				description: expect.stringMatching(/item 1: bad.*The batches exist: /),
			});
		} else {
			expect((await running).output[1].json.error).toEqual({ message: 'bad' });
		}
	});

	it('names the batches that exist when their state cannot be read', async () => {
		acceptBatches(1);
		runflow().get(`/v1/batches/${A}`).reply(403, { code: 'PERMISSION_DENIED', message: 'no' });
		const error = await rejection(runWaiting());
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error).toMatchObject({
			httpCode: '403',
			description: expect.stringContaining(`The batches exist: ${A}.`),
		});
	});
});

describe('Batch > Create and Wait in another try of the same run', () => {
	async function failOnce(setup: Partial<WaitingSetup>) {
		acceptBatches(1);
		runflow().get(`/v1/batches/${A}`).reply(401, {});
		await rejection(runWaiting(setup));
		expect(created()).toHaveLength(1);
	}

	it('goes on with the batches it has, and creates nothing', async () => {
		const kept = {};
		await failOnce({ kept });
		finishedBatch({ rows: 1 });
		expect((await runWaiting({ kept })).output).toHaveLength(1);
		expect(created()).toHaveLength(1);
	});

	it('creates anew in another run of the node', async () => {
		const kept = {};
		await failOnce({ kept });
		acceptBatches(1);
		finishedBatch({ rows: 1 });
		await runWaiting({ kept, runIndex: 1 });
		const keys = created().map(({ headers }) => headers['idempotency-key']);
		expect(new Set(keys).size).toBe(2);
	});

	it('creates anew as a tool, which an agent may call with other input', async () => {
		const kept = {};
		await failOnce({ kept, isTool: true });
		acceptBatches(1);
		finishedBatch({ rows: 1, firstRow: 5 });
		const parameters = waitingParameters({ itemJson: { row: 5 } });
		await runWaiting({ kept, isTool: true, parameters });
		expect(created()).toHaveLength(2);
	});

	it('keeps nothing when the creation failed', async () => {
		const kept = {};
		runflow()
			.post(/batches$/)
			.reply(402, { code: 'INSUFFICIENT_CREDIT', message: 'no' });
		expect(await rejection(runWaiting({ kept }))).toMatchObject({ httpCode: '402' });
		expect(Object.keys(kept)).toEqual(['runflowCreations']);
	});
});

describe('Batch > Create and Wait by callback', () => {
	it('has Runflow call this node back, and parks with a copy of its input', async () => {
		acceptBatches(1);
		answerBatch(A, 'queued');
		const setup = { items: 2, nodeId: 'node-7', parameters: callback({ timeout: 0 }) };
		const { output, input, parkedUntil } = await runWaiting(setup);
		expect(JSON.parse(created()[0].body)).toHaveProperty(
			'callback_url',
			'https://n8n.test/webhook-waiting/100/node-7?signature=token-1',
		);
		expect(output).toEqual(input);
		expect(output).not.toBe(input);
		expect(parkedUntil).toEqual([WAIT_INDEFINITELY]);
	});

	it('gives the results when it is run again after the callback', async () => {
		const kept = {};
		acceptBatches(1);
		answerBatch(A, 'queued');
		await runWaiting({ kept, parameters: callback() });
		finishedBatch({ rows: 1 });
		const again = { kept, calledBack: true, parameters: callback() };
		const { output, parkedUntil } = await runWaiting(again);
		expect(output[0].json.urls).toEqual(['https://files.runflow.test/0.png']);
		expect([created().length, parkedUntil]).toEqual([1, []]);
	});

	it('does not park when the batch is finished at once', async () => {
		acceptBatches(1);
		finishedBatch({ rows: 1 });
		const { output, parkedUntil } = await runWaiting({ parameters: callback() });
		expect([output[0].json.status_code, parkedUntil]).toEqual(['succeeded', []]);
	});

	it.each<[string, Partial<WaitingSetup>, RegExp]>([
		['its n8n is on localhost', { resumeUrl: 'http://localhost:5678/x' }, /cannot call back/],
		['it is a tool', { isTool: true }, /tool cannot wait for a callback/],
	])('sends nothing when %s', async (_, setup, message) => {
		const error = await rejection(runWaiting({ ...setup, parameters: callback() }));
		expect((error as Error).message).toMatch(message);
		expect(requests()).toEqual([]);
	});
});

describe('Batch > Create and Wait when it continues on fail', () => {
	const oneBad =
		(change: IDataObject = {}) =>
		(item: number) =>
			waitingParameters({ itemJson: item === 1 ? '{broken' : { row: item }, ...change })(item);

	it('puts an error item in the place of a bad row, also after parking', async () => {
		const kept = {};
		const setup = {
			items: 3,
			continueOnFail: true,
			kept,
			parameters: oneBad({ waitFor: 'callback' }),
		};
		acceptBatches(1);
		answerBatch(A, 'queued');
		expect((await runWaiting(setup)).parkedUntil).toHaveLength(1);
		finishedBatch({ rows: 2 });
		const { output } = await runWaiting({ ...setup, calledBack: true });
		expect(linksOf(output)).toEqual([0, 1, 2]);
		expect(output.map(({ json }) => json.sequence_index)).toEqual([0, undefined, 1]);
		expect(output[1].json.error).toContain("'Item JSON' of item 1");
	});

	it('sends nothing when no row is good', async () => {
		const parameters = waitingParameters({ itemJson: '{broken' });
		const { output } = await runWaiting({ items: 2, continueOnFail: true, parameters });
		expect(linksOf(output)).toEqual([0, 1]);
		expect(requests()).toEqual([]);
	});

	it('gives an error item that names the batches for each row when the waiting fails', async () => {
		acceptBatches(1);
		answerBatch(A, 'running');
		const parameters = waitingParameters({ timeout: 0 });
		const { output } = await runWaiting({ items: 2, continueOnFail: true, parameters });
		expect(linksOf(output)).toEqual([0, 1]);
		for (const { json } of output) {
			expect(json.error).toContain('did not finish');
			expect(json.details).toContain(`The batches exist: ${A}.`);
		}
	});

	it('does not fail for failed rows', async () => {
		acceptBatches(1);
		answerBatch(A, 'failed');
		answerItems(A, [row(0, { status_code: 'failed' })]);
		const parameters = waitingParameters({ onFailedItems: 'error' });
		expect((await runWaiting({ continueOnFail: true, parameters })).output).toHaveLength(1);
	});
});
