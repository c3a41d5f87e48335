import type { IDataObject } from 'n8n-workflow';

import { Runflow } from '../../../../../../nodes/Runflow/Runflow.node.ts';
import { call, createBatch } from '../../../../../emulator/apiClient.ts';
import { startEmulator, type Emulator } from '../../../../../emulator/emulator.ts';
import { rejection } from '../../../../../fakes/api.ts';
import { FakeBinaries } from '../../../../../fakes/binaries.ts';
import { bytesAt, sha256 } from '../../../../../fakes/files.ts';
import { waitingContext, type WaitingSetup } from '../../../../../fakes/waitingContext.ts';

let emulator: Emulator;
let binaries: FakeBinaries;
beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 0 });
	binaries = new FakeBinaries();
});
afterEach(async () => await emulator.close());

async function run(change: IDataObject = {}, setup: Partial<WaitingSetup> = {}) {
	const { context } = waitingContext({
		parameters: (row) => ({
			resource: 'batch',
			operation: 'createAndWait',
			model: { __rl: true, mode: 'id', value: 'acme/undeclared' },
			inputMode: 'jsonPerItem',
			itemJson: { prompt: row === 1 ? '[fail]' : 'a', num_images: row === 0 ? 2 : 1 },
			waitFor: 'polling',
			timeout: 1,
			pollInterval: 0.001,
			downloadFiles: true,
			options: {},
			...change,
		}),
		items: 3,
		credential: { apiKey: emulator.apiKey, baseUrl: emulator.url },
		binaries,
		...setup,
	});
	return (await new Runflow().execute.call(context))[0];
}

const filesAsked = () => emulator.requests.filter(({ path }) => path.startsWith('/files/'));

describe('Download Files', () => {
	it('is off unless chosen', async () => {
		const output = await run({ downloadFiles: undefined });
		expect(output.map(({ binary }) => binary)).toEqual([undefined, undefined, undefined]);
		expect(output[0].json).not.toHaveProperty('files');
		expect(filesAsked()).toEqual([]);
	});

	it.each(['acme/undeclared', 'acme/provider-only'])(
		'puts the files of %s on the items of their rows, byte for byte',
		async (value) => {
			const output = await run({ model: { __rl: true, mode: 'id', value } });
			expect(output.map(({ binary }) => Object.keys(binary ?? {}))).toEqual([
				['data', 'data_1'],
				[],
				['data'],
			]);
			for (const { json, binary = {} } of output) {
				const urls = json.urls as string[];
				const stored = Object.values(binary).map(({ id }) => binaries.stored.get(String(id))!);
				expect(stored.map(sha256)).toEqual((await Promise.all(urls.map(bytesAt))).map(sha256));
			}
			expect(output[0].json.files).toEqual([
				expect.objectContaining({
					mime_type: 'image/png',
					file_name: expect.stringMatching(/png$/),
				}),
				expect.objectContaining({ mime_type: 'image/png' }),
			]);
			expect(output.map(({ pairedItem }) => pairedItem)).toEqual(
				[0, 1, 2].map((item) => ({ item })),
			);
		},
	);

	it('uses the field name that is given', async () => {
		const [{ binary }] = await run({ binaryPropertyName: ' picture ' });
		expect(Object.keys(binary ?? {})).toEqual(['picture', 'picture_1']);
	});

	it('loses no row for a file that fails, also without Continue On Fail', async () => {
		emulator.faults.add({ on: 'GET /files/*', kind: 'status', status: 415, times: 1 });
		const output = await run();
		expect(output.map(({ json }) => json.status_code)).toEqual([
			'succeeded',
			'failed',
			'succeeded',
		]);
		expect(output[0].json.files).toEqual([
			{ url: (output[0].json.urls as string[])[0], error: expect.stringContaining('status 415') },
			expect.objectContaining({ mime_type: 'image/png' }),
		]);
		expect(Object.keys(output[0].binary ?? {})).toEqual(['data_1']);
	});

	it('goes on with all other files, however many there are', async () => {
		emulator.faults.add({ on: 'GET /files/*', kind: 'status', status: 415, times: 1 });
		const itemJson = { prompt: 'a', num_images: 12 };
		const [{ binary, json }] = await run({ itemJson }, { items: 1 });
		expect(Object.keys(binary ?? {})).toHaveLength(11);
		expect(json.files).toHaveLength(12);
	});

	it('renews links that have expired', async () => {
		emulator.faults.add({ on: 'GET /files/*', kind: 'status', status: 403, times: 1 });
		const [{ json, binary }] = await run({}, { items: 1 });
		expect(json.files).toEqual([
			expect.not.objectContaining({ error: expect.anything() }),
			expect.not.objectContaining({ error: expect.anything() }),
		]);
		expect(Object.keys(binary ?? {})).toHaveLength(2);
	});

	it('stops when the execution is stopped', async () => {
		const abort = new AbortController();
		emulator.faults.add({ on: 'GET /files/*', kind: 'hang', times: Infinity });
		const running = rejection(run({}, { signal: abort.signal }));
		while (filesAsked().length === 0) await new Promise((resolve) => setImmediate(resolve));
		abort.abort();
		expect(((await running) as Error).message).toBe('The execution was cancelled');
	});

	it('comes with Wait, for rows alone', async () => {
		const batchId = await createBatch(emulator, [{ prompt: 'a' }, { prompt: 'b' }]);
		await emulator.settled();
		const wait = { operation: 'wait', batchId };
		const rows = await run({ ...wait, output: 'items' }, { items: 1 });
		expect(rows.map(({ binary }) => Object.keys(binary ?? {}))).toEqual([['data'], ['data']]);
		const [batch] = await run({ ...wait, output: 'batch' }, { items: 1 });
		expect(batch.binary).toBeUndefined();
		expect((await call(emulator, `GET /v1/batches/${batchId}`)).json.id).toBe(batch.json.id);
	});

	it('fetches nothing for an agent', async () => {
		await run({}, { isTool: true });
		expect(filesAsked()).toEqual([]);
	});
});
