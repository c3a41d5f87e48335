import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { Runflow } from '../../../../../nodes/Runflow/Runflow.node.ts';
import { call, createBatch } from '../../../../emulator/apiClient.ts';
import { startCallbackReceiver } from '../../../../emulator/callbackReceiver.ts';
import { startEmulator, type Emulator } from '../../../../emulator/emulator.ts';
import { FakeBinaries } from '../../../../fakes/binaries.ts';
import { rejection } from '../../../../fakes/api.ts';
import { waitingContext, type WaitingSetup } from '../../../../fakes/waitingContext.ts';

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 0 });
});
afterEach(async () => await emulator.close());

async function run(
	parameters: IDataObject,
	setup: Partial<WaitingSetup> = {},
): Promise<INodeExecutionData[]> {
	const { context } = waitingContext({
		parameters: { resource: 'run', ...parameters },
		credential: { apiKey: emulator.apiKey, baseUrl: emulator.url },
		...setup,
	});
	return (await new Runflow().execute.call(context))[0];
}

const model = { __rl: true, mode: 'id', value: 'acme/provider-only' };
const creation = { operation: 'create', model, inputMode: 'jsonPerItem', callback: 'none' };

async function someRun(body: object = {}): Promise<string> {
	const line = 'POST /v1/models/acme/provider-only/runs';
	const { json } = await call(emulator, line, { input: { prompt: 'a' }, ...body });
	await emulator.settled();
	return json.id;
}

describe('Run > Create', () => {
	it('makes a run for each item, and none of a batch', async () => {
		const itemJson = { prompt: 'a', client_ref: 'mine' };
		const output = await run({ ...creation, itemJson }, { items: 2 });
		expect([emulator.batches.size, emulator.runs.size]).toEqual([0, 2]);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual([[{ item: 0 }], [{ item: 1 }]]);
		expect(output[0].json).toMatchObject({
			id: output[0].json.run_id,
			status_code: 'queued',
			client_ref: 'mine',
			error: null,
		});
		expect(output[0].json).not.toHaveProperty('input');
	});

	it('has Runflow call each run back at the address given', async () => {
		const receiver = await startCallbackReceiver();
		const url = { callback: 'url', callbackUrl: receiver.url };
		await run({ ...creation, ...url, itemJson: { prompt: 'a' }, options: { metadata: { a: 1 } } });
		await emulator.settled();
		await receiver.close();
		const [id] = emulator.runs.keys();
		expect(JSON.parse(receiver.received[0].body.toString('utf8'))).toMatchObject({
			event: 'run.completed',
			run_id: id,
			metadata: { a: 1 },
		});
	});

	it('names the field that Runflow refuses', async () => {
		const error = (await rejection(run({ ...creation, itemJson: { prompt: 1 } }))) as Error;
		expect(error.message).toContain('input.prompt: Input should be a valid string');
	});
});

describe('Run > Get and Get Many', () => {
	it('tell of a run in the shape of a row', async () => {
		const runId = await someRun({ client_ref: 'mine', metadata: { a: 1 } });
		const [{ json }] = await run({ operation: 'get', runId });
		expect(json).toEqual({
			id: runId,
			run_id: runId,
			batch_id: null,
			sequence_index: null,
			client_ref: 'mine',
			status_code: 'succeeded',
			output: { outputs: [expect.objectContaining({ type: 'image' })] },
			urls: [expect.stringMatching(/^http/)],
			error: null,
			cost: '0.10',
			metadata: { a: 1 },
			duration_ms: expect.any(Number),
			created_at: expect.any(String),
			completed_at: expect.any(String),
		});
		const [full] = await run({ operation: 'get', runId, simplify: false });
		expect(full.json).toMatchObject({ ...json, input: { prompt: 'a' }, target_type: 'model' });
	});

	it.each(['cancelled', 'canceled'] as const)('say why a run did not succeed: %s', async (word) => {
		emulator.settings.itemCancelSpelling = word;
		const cancelled = await someRun({ input: { prompt: '[cancel]' } });
		const failed = await someRun({ input: { prompt: '[fail]' } });
		const get = async (runId: string) => (await run({ operation: 'get', runId }))[0].json;
		expect(await get(cancelled)).toMatchObject({
			status_code: 'cancelled',
			error: { message: 'The row was cancelled' },
		});
		expect(await get(failed)).toMatchObject({
			status_code: 'failed',
			error: { code: 'MODEL_ERROR', message: 'The model could not process this input' },
			output: null,
		});
	});

	it('give as many as wanted, those of batches among them, and those of a client ref', async () => {
		await createBatch(emulator, [{ prompt: 'b', client_ref: 'row-0' }]);
		for (const client_ref of ['one', 'two']) await someRun({ client_ref });
		const get = async (more: IDataObject) =>
			(await run({ operation: 'getAll', ...more })).map(({ json }) => json.client_ref);
		expect((await get({ returnAll: true })).sort()).toEqual(['one', 'row-0', 'two']);
		expect(await get({ limit: 1 })).toHaveLength(1);
		expect(await get({ filters: { clientRef: 'two' } })).toEqual(['two']);
		emulator.settings.runFilter = 'colon';
		expect(await get({ filters: { clientRef: 'one' } })).toEqual(['one']);
		const error = (await rejection(get({ filters: { clientRef: "a' OR 1" } }))) as Error;
		expect(error.message).toContain("'Client Ref' of item 0 may hold no '");
	});
});

it('Media > Download renews the link of a row that ran by itself', async () => {
	const runId = await someRun({ client_ref: 'mine' });
	const [row] = await run({ operation: 'get', runId });
	const url = String((row.json.urls as string[])[0]).replace(
		/signature=\w{8}/,
		'signature=00000000',
	);
	const parameters = { resource: 'media', operation: 'download', urls: [url], options: {} };
	const items = [{ json: { ...row.json, urls: [url] } }];
	const [file] = await run(parameters, { items, binaries: new FakeBinaries() });
	expect(file.json).toMatchObject({ run_id: runId, client_ref: 'mine', mime_type: 'image/png' });
	expect(file.binary?.data.id).toBeDefined();
});
