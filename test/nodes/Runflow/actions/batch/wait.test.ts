import type { IDataObject } from 'n8n-workflow';

import { rejection } from '../../../../fakes/api.ts';
import { batchIdOf } from '../../../../fakes/createRun.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';
import {
	answerBatch,
	answerItems,
	linksOf,
	RESUME_URL,
	row,
	runWaiting,
} from '../../../../fakes/waitingContext.ts';

withoutNetwork();

const [A, B] = [batchIdOf(0), batchIdOf(100)];

/** Parameters of Batch > Wait for one batch per input item. */
const waitFor =
	(ids: string[], change: IDataObject = {}) =>
	(item: number): IDataObject => ({
		resource: 'batch',
		operation: 'wait',
		batchId: ids[item],
		waitFor: 'polling',
		timeout: 1,
		pollInterval: 0.001,
		...change,
	});
const byCallback: IDataObject = { waitFor: 'callback' };
const callsBack = { callback_url: RESUME_URL };

describe('Batch > Wait by polling', () => {
	it('gives one item per row, each linked to the input item that named the batch', async () => {
		answerBatch(A, 'running');
		answerBatch(A, 'succeeded', { items_total: 2 });
		answerBatch(B, 'succeeded', { items: [{ id: 'x' }] });
		answerItems(A, [0, 1]);
		answerItems(B, [0]);
		const { output } = await runWaiting({ items: 2, parameters: waitFor([A, B]) });
		expect(linksOf(output)).toEqual([0, 0, 1]);
		expect(output.map(({ json }) => [json.batch_id, json.sequence_index])).toEqual([
			[A, 0],
			[A, 1],
			[B, 0],
		]);
	});

	it('gives one item per batch, as Get returns it, when told to', async () => {
		answerBatch(A, 'partial_succeeded', { cost: '0.10', spare: { a: 1 } });
		const { output } = await runWaiting({ parameters: waitFor([A], { output: 'batch' }) });
		expect(output).toEqual([
			{
				json: { id: A, status_code: 'partial_succeeded', cost: '0.10', spare: { a: 1 } },
				pairedItem: { item: 0 },
			},
		]);
	});

	it.each([
		['items', [A, A]],
		['batch', [A, A]],
	])('counts a batch once that two items name, linked to both: %s', async (output, ids) => {
		answerBatch(A, 'succeeded', { items_total: 1 });
		if (output === 'items') answerItems(A, [0]);
		const run = await runWaiting({ items: 2, parameters: waitFor(ids, { output }) });
		expect(run.output.map(({ pairedItem }) => pairedItem)).toEqual([[{ item: 0 }, { item: 1 }]]);
	});

	it('fails for failed rows when told to, but not for whole batches', async () => {
		const change = { onFailedItems: 'error' };
		for (let round = 0; round < 2; round++) answerBatch(A, 'failed', { items_total: 1 });
		answerItems(A, [row(0, { status_code: 'failed' })]);
		const asRows = runWaiting({ parameters: waitFor([A], change) });
		expect(await rejection(asRows)).toMatchObject({ message: '1 of 1 rows failed' });
		const asBatch = await runWaiting({ parameters: waitFor([A], { ...change, output: 'batch' }) });
		expect(asBatch.output[0].json.status_code).toBe('failed');
	});

	it('gives the rows so far at the time limit when told to', async () => {
		answerBatch(A, 'running', { items_total: 2 });
		answerItems(A, [row(0), { sequence_index: 1, status_code: 'running' }]);
		const change = { timeout: 0, onTimeout: 'output' };
		const { output } = await runWaiting({ parameters: waitFor([A], change) });
		expect(output.map(({ json }) => json.status_code)).toEqual(['succeeded', 'running']);
	});

	it('takes a batch that calls somebody else back', async () => {
		answerBatch(A, 'succeeded', { items_total: 1, callback_url: 'https://other.test/' });
		answerItems(A, [0]);
		expect((await runWaiting({ parameters: waitFor([A]) })).output).toHaveLength(1);
	});

	it.each([false, true])('does not take what is no id, continuing on fail: %s', async (goOn) => {
		const setup = { items: 2, parameters: waitFor(['nope', A]), continueOnFail: goOn };
		if (!goOn) {
			expect(await rejection(runWaiting(setup))).toMatchObject({ context: { itemIndex: 0 } });
			expect(requests()).toEqual([]);
			return;
		}
		for (let read = 0; read < 2; read++) answerBatch(A, 'succeeded', { items_total: 1 });
		answerItems(A, [0]);
		const { output } = await runWaiting(setup);
		expect(linksOf(output)).toEqual([0, 1]);
		const failed = output.find(({ json }) => typeof json.error === 'string');
		expect(failed).toMatchObject({ pairedItem: { item: 0 } });
	});
});

describe('Batch > Wait by callback', () => {
	it.each([
		['the resume URL', RESUME_URL],
		['the resume URL of a node', 'https://n8n.test/webhook-waiting/100/node-1?signature=x'],
	])('parks for a batch that calls %s, and keeps what it waits for', async (_, callback_url) => {
		const kept: IDataObject = {};
		for (let read = 0; read < 2; read++) answerBatch(A, 'queued', { callback_url });
		const { output, input, parkedUntil } = await runWaiting({
			kept,
			parameters: waitFor([A], byCallback),
			runIndex: 3,
		});
		expect(parkedUntil).toHaveLength(1);
		expect(output).toEqual(input);
		expect(output).not.toBe(input);
		expect(JSON.parse(kept.runflowAwaiting as string)).toEqual({
			executionId: '100',
			runIndex: 3,
			batches: [{ id: A, itemIndexes: [0], callsBack: true }],
			failed: [],
		});
	});

	it.each<[string, IDataObject]>([
		['nobody', { callback_url: null }],
		['nobody, by silence', {}],
		['a trigger', { callback_url: 'https://n8n.test/webhook/abc/runflow' }],
		['another execution', { callback_url: 'https://n8n.test/webhook-waiting/1001?signature=x' }],
		['an address that is none', { callback_url: 'nonsense' }],
	])('refuses a batch that calls %s back', async (_, change) => {
		answerBatch(A, 'queued', callsBack);
		answerBatch(B, 'queued', change);
		const parameters = waitFor([A, B], byCallback);
		expect(await rejection(runWaiting({ items: 2, parameters }))).toMatchObject({
			message: "'Batch ID' of item 1 names a batch that does not call this execution back",
			context: { itemIndex: 1 },
		});
	});

	it('names the item whose batch Runflow does not know', async () => {
		answerBatch(A, 'queued', callsBack);
		runflow().get(`/v1/batches/${B}`).reply(404, { code: 'NOT_FOUND', message: 'no' });
		const parameters = waitFor([A, B], byCallback);
		expect(await rejection(runWaiting({ items: 2, parameters }))).toMatchObject({
			httpCode: '404',
			context: { itemIndex: 1 },
		});
	});

	it('does not park when the batch is finished already', async () => {
		for (let read = 0; read < 2; read++) {
			answerBatch(A, 'succeeded', { ...callsBack, items_total: 1 });
		}
		answerItems(A, [0]);
		const { output, parkedUntil } = await runWaiting({ parameters: waitFor([A], byCallback) });
		expect([output[0].json.batch_id, parkedUntil]).toEqual([A, []]);
	});

	it('keeps nothing as a tool', async () => {
		const kept = {};
		answerBatch(A, 'succeeded', { items_total: 1 });
		answerItems(A, [0]);
		await runWaiting({ kept, isTool: true, parameters: waitFor([A]) });
		expect(kept).toEqual({});
	});
});
