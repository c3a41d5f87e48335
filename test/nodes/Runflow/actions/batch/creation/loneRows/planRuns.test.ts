import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { Runflow } from '../../../../../../../nodes/Runflow/Runflow.node.ts';
import { startEmulator, type Emulator } from '../../../../../../emulator/emulator.ts';
import { rejection } from '../../../../../../fakes/api.ts';
import { fakeClock } from '../../../../../../fakes/clock.ts';
import { oneErrorRealm } from '../../../../../../fakes/realm.ts';
import { waitingContext, type WaitingSetup } from '../../../../../../fakes/waitingContext.ts';

oneErrorRealm();

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
let emulator: Emulator;
let context: IDataObject;
let evaluations = 0;

beforeEach(async () => {
	context = {};
	emulator = await startEmulator({ processingMs: 0 });
});
afterEach(async () => {
	await emulator.close();
});

/** A try of the node in an execution whose memory n8n stores as JSON. */
async function run(
	change: IDataObject = {},
	setup: Partial<WaitingSetup> = {},
): Promise<INodeExecutionData[]> {
	const { hints, context: execute } = waitingContext({
		parameters: (row) => ({
			resource: 'batch',
			operation: 'createAndWait',
			model: { __rl: true, mode: 'id', value: 'acme/provider-only' },
			inputMode: 'jsonPerItem',
			itemJson: { prompt: `row ${row}` },
			waitFor: 'polling',
			timeout: 1,
			pollInterval: 0.001,
			options: {},
			...change,
		}),
		storedParameters: { itemJson: '={{ as it stands in the workflow }}' },
		items: 3,
		credential: { apiKey: emulator.apiKey, baseUrl: emulator.url },
		kept: context,
		edition: { clock: fakeClock() },
		...setup,
	});
	try {
		return (await new Runflow().execute.call(execute))[0];
	} finally {
		context = JSON.parse(JSON.stringify(context)) as IDataObject;
		lastHints = hints;
	}
}
let lastHints: string[] = [];

const posts = (end: string) =>
	emulator.requests.filter(({ method, path }) => method === 'POST' && path.endsWith(end));
const prompts = () => [...emulator.runs.values()].map(({ items }) => items[0].input.prompt);

describe('rows of a model that takes no batches', () => {
	it('run each by itself, and come out in order, linked and in the shape of every row', async () => {
		const output = await run({}, { items: 3 });
		expect(output.map(({ json }) => emulator.runs.get(String(json.id))?.items[0].input)).toEqual(
			upTo(3).map((row) => ({ prompt: `row ${row}` })),
		);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(upTo(3).map((item) => ({ item })));
		expect(Object.keys(output[0].json).sort()).toEqual(
			'batch_id client_ref cost error id output run_id sequence_index status_code urls'.split(' '),
		);
		expect(output[0].json).toMatchObject({ batch_id: null, client_ref: null, cost: '0.10' });
		expect(context.runIds).toEqual(output.map(({ json }) => json.id));
		expect(lastHints).toEqual(['3 of 3 rows succeeded, cost 0.30']);
	});

	it('ask for a batch once for a thousand rows, but for those under way', async () => {
		const options = { requestOptions: { concurrency: 2 }, operation: 'create', callback: 'none' };
		expect(await run(options, { items: 1_000 })).toHaveLength(1_000);
		expect(posts('/batches').length).toBeLessThanOrEqual(2);
		expect(emulator.charges).toHaveLength(1_000);
	});

	it('bring labels, metadata and rows of arrays along', async () => {
		const output = await run(
			{
				inputMode: 'jsonArray',
				batchJson: [{ prompt: 'a', client_ref: 'first' }, { prompt: 'b' }],
				options: { metadata: { order: 1 } },
			},
			{ items: 2 },
		);
		expect(output.map(({ json, pairedItem }) => [json.client_ref, pairedItem])).toEqual([
			['first', { item: 0 }],
			[null, { item: 0 }],
			['first', { item: 1 }],
			[null, { item: 1 }],
		]);
		expect([...emulator.runs.values()].map(({ metadata }) => metadata)).toEqual(
			expect.arrayContaining([{ order: 1, client_ref: 'first' }, { order: 1 }]),
		);
		expect(new Set([...emulator.runs.values()].map(({ items }) => items[0].clientRef)).size).toBe(
			4,
		);
	});

	it('go out under another key than the batch that was refused, which Runflow may remember', async () => {
		emulator.settings.rememberFailures = true;
		const options = { idempotencyKey: 'order-1' };
		expect(await run({ options, requestOptions: { concurrency: 1 } })).toHaveLength(3);
		const keys = (end: string) => posts(end).map(({ headers }) => headers['idempotency-key']);
		expect(keys('/batches')).toEqual(['order-1']);
		expect(keys('/runs')).toEqual(['order-1-run', 'order-1-run-2', 'order-1-run-3']);
	});

	it('go beside batches of models that take some', async () => {
		const names = ['acme/undeclared', 'acme/provider-only', 'acme/undeclared'];
		const { context: execute } = waitingContext({
			parameters: (row) => ({
				resource: 'batch',
				operation: 'create',
				model: { __rl: true, mode: 'id', value: names[row] },
				inputMode: 'jsonPerItem',
				itemJson: { prompt: `row ${row}` },
				callback: 'none',
				options: {},
			}),
			items: 3,
			credential: { apiKey: emulator.apiKey, baseUrl: emulator.url },
		});
		const [output] = await new Runflow().execute.call(execute);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual([
			[{ item: 0 }, { item: 2 }],
			[{ item: 1 }],
		]);
		expect(output[1].json).toMatchObject({ run_id: output[1].json.id, status_code: 'queued' });
		expect([emulator.batches.size, emulator.runs.size]).toEqual([1, 1]);
	});

	it.each<[string, IDataObject, number]>([
		['Fail is chosen', { options: { noBatches: 'fail' } }, 2],
		['a later node waits', { operation: 'create', callback: 'resume' }, 2],
		['the node was saved with version 0.1.0', {}, 1],
	])('are refused, and nothing runs, when %s', async (_, change, typeVersion) => {
		const error = (await rejection(run(change, { node: { typeVersion } }))) as Error;
		expect(error.message).toBe('acme/provider-only cannot run as a batch');
		expect(emulator.charges).toEqual([]);
	});

	it('run in a node saved with version 0.1.0 where that is chosen', async () => {
		const options = { noBatches: 'eachRow' };
		expect(await run({ options }, { node: { typeVersion: 1 } })).toHaveLength(3);
	});

	it('fail alone when Runflow refuses one of them, and Continue On Fail is on', async () => {
		emulator.faults.add({ on: /\/runs$/, kind: 'status', status: 402, times: 1 });
		const output = await run({}, { continueOnFail: true });
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(upTo(3).map((item) => ({ item })));
		expect(output.filter(({ json }) => json.status_code === 'succeeded')).toHaveLength(2);
		expect(output.filter(({ json }) => typeof json.error === 'string')).toHaveLength(1);
	});

	it('of a run that exists are named when another one fails', async () => {
		emulator.faults.add({ on: /\/runs$/, kind: 'status', status: 402, times: 1, skip: 1 });
		const requestOptions = { concurrency: 1 };
		const error = (await rejection(run({ requestOptions }))) as Error & { description: string };
		const [id] = emulator.runs.keys();
		expect(error.description).toContain(
			`These runs were created and continue to run: ${id} (item 0).`,
		);
	});
});

describe.each(['honoured', 'ignored'] as const)('lone rows are paid once, keys %s,', (runKeys) => {
	const changing = () => ({ itemJson: { prompt: `row ${evaluations++}` } });
	beforeEach(() => {
		emulator.settings.runKeys = runKeys;
	});

	it('when answers are lost', async () => {
		emulator.faults.add({ on: /^POST .*\/runs$/, kind: 'reset-after', times: 3 });
		expect(await run()).toHaveLength(3);
		expect(emulator.charges).toHaveLength(3);
	});

	it('under Retry On Fail, with expressions that change', async () => {
		emulator.faults.add({ on: /^POST .*\/runs$/, kind: 'reset-after', times: 1, skip: 1 });
		emulator.faults.add({ on: /^GET \/v1\/runs/, kind: 'status', status: 403, times: 1 });
		await rejection(run({ ...changing(), requestOptions: { concurrency: 1 } }));
		expect(emulator.charges).toHaveLength(2);
		expect(await run(changing())).toHaveLength(3);
		expect(emulator.charges).toHaveLength(3);
	});

	it("under n8n's Retry, where failed rows alone run again", async () => {
		const change = { onFailedItems: 'error', itemJson: { prompt: 'x' } };
		emulator.faults.add({ on: /^POST .*\/runs$/, kind: 'status', status: 402, times: 1, skip: 2 });
		const requestOptions = { concurrency: 1 };
		await rejection(run({ ...change, requestOptions }));
		expect(emulator.charges).toHaveLength(2);
		const output = await run(change, { executionId: '101', mode: 'retry' });
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(upTo(3).map((item) => ({ item })));
		expect(emulator.charges).toHaveLength(3);
	});

	it("under n8n's Retry, and what the model failed on runs again", async () => {
		const input = [{ prompt: 'good' }, { prompt: '[fail]' }];
		const change = { inputMode: 'jsonArray', batchJson: input, onFailedItems: 'error' };
		await rejection(run(change, { items: 1 }));
		await rejection(run(change, { items: 1, executionId: '101', mode: 'retry' }));
		expect(prompts().sort()).toEqual(['[fail]', '[fail]', 'good']);
	});

	it('under a key of a person, in another execution too', async () => {
		const change = (row: number) => ({ options: { idempotencyKey: `order-${row}` } });
		const byRow = (row: number) => ({
			resource: 'run',
			operation: 'create',
			model: { __rl: true, mode: 'id', value: 'acme/provider-only' },
			inputMode: 'jsonPerItem',
			itemJson: { prompt: `row ${row}` },
			callback: 'none',
			...change(row),
		});
		const first = await run({}, { parameters: byRow });
		expect(
			posts('/runs')
				.map(({ headers }) => headers['idempotency-key'])
				.sort(),
		).toEqual(upTo(3).map((row) => `order-${row}`));
		const again = await run({}, { parameters: byRow, executionId: '900', kept: {} });
		expect(again.map(({ json }) => json.id)).toEqual(first.map(({ json }) => json.id));
		expect(emulator.charges).toHaveLength(3);
	});
});

it('leaves no row of an array out when another try follows', async () => {
	const change = {
		operation: 'create',
		callback: 'none',
		inputMode: 'jsonArray',
		batchJson: upTo(4).map((row) => ({ prompt: `row ${row}` })),
		requestOptions: { concurrency: 1 },
	};
	emulator.faults.add({ on: /^POST .*\/runs$/, kind: 'status', status: 402, times: 1, skip: 1 });
	await rejection(run(change, { items: 1 }));
	expect(await run(change, { items: 1 })).toHaveLength(4);
	expect(prompts().sort()).toEqual(upTo(4).map((row) => `row ${row}`));
});

it('leaves no row of an array out when a corrected one fails and another try follows', async () => {
	const array = (...texts: string[]) => ({
		operation: 'create',
		callback: 'none',
		inputMode: 'jsonArray',
		batchJson: texts.map((prompt) => ({ prompt })),
		requestOptions: { concurrency: 1 },
	});
	const retry = (source: string) => ({
		items: 1,
		executionId: '101',
		mode: 'retry',
		storedParameters: { batchJson: source },
	});
	await run(array('a', 'b'), { items: 1 });
	emulator.faults.add({ on: /^POST .*\/runs$/, kind: 'status', status: 402, times: 1 });
	await rejection(run(array('a', 'corrected'), retry('corrected')));
	expect(await run(array('a', 'corrected'), retry('corrected'))).toHaveLength(2);
	expect(prompts().sort()).toEqual(['a', 'b', 'corrected']);
});
