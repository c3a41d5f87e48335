import { build } from 'esbuild';
import type { IDataObject } from 'n8n-workflow';

import { CONCURRENCY } from '../../nodes/Runflow/actions/fields/requestOptions.ts';
import { Runflow } from '../../nodes/Runflow/Runflow.node.ts';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { createBatch } from '../emulator/apiClient.ts';
import { callbackBody, callbackPayload } from '../fakes/callbacks.ts';
import { executeContext } from '../fakes/executeContext.ts';
import { oneErrorRealm } from '../fakes/realm.ts';
import { receiveCallback } from '../fakes/receiveRun.ts';
import { testedEdition } from '../n8n/edition.ts';
import { runWaiting, waitingParameters } from '../fakes/waitingContext.ts';

// What makes the node fast and does not depend on the machine: how many connections and requests
// it needs, what it sends, and what it does with large payloads.

oneErrorRealm();

const MODEL = { __rl: true, mode: 'id', value: 'acme/undeclared' };
const LARGEST_BUNDLE = 900_000;

// n8n's helper opens a connection for every request, and nothing that a package can say changes that.
const MOST_CONNECTIONS = { undici: () => CONCURRENCY, lite: (requests: number) => requests };
const FURTHER_CONNECTIONS = { undici: () => 0, lite: (requests: number) => requests };

let emulator: Emulator;

beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 50 });
});
afterEach(async () => await emulator.close());

const credential = () => ({ apiKey: emulator.apiKey, baseUrl: emulator.url });

/** Runs the node over the emulator and tells what it took. */
async function cost(items: number, parameters: (itemIndex: number) => IDataObject) {
	const [connections, requests] = [emulator.connections, emulator.requests.length];
	const context = executeContext({ parameters, items, credential: credential() });
	const [output] = await new Runflow().execute.call(context);
	return {
		output,
		connections: emulator.connections - connections,
		requests: emulator.requests.slice(requests),
	};
}

const sumOf = (numbers: number[]) => numbers.reduce((sum, each) => sum + each, 0);

describe('connections and requests', () => {
	it('reads 200 batches with 200 requests over no more connections than requests at a time', async () => {
		const batchId = await createBatch(emulator, [{ prompt: 'a' }]);
		const { output, connections, requests } = await cost(200, () => ({
			resource: 'batch',
			operation: 'get',
			batchId,
		}));
		expect(output).toHaveLength(200);
		expect(requests).toHaveLength(200);
		expect(connections).toBeLessThanOrEqual(MOST_CONNECTIONS[testedEdition](200));
	});

	it('opens no connection where an earlier run left enough of them', async () => {
		const batchId = await createBatch(emulator, [{ prompt: 'a' }]);
		const read = () => ({ resource: 'batch', operation: 'get', batchId });
		await cost(50, read);
		const again = await cost(50, read);
		expect(again.requests.length).toBe(50);
		expect(again.connections).toBe(FURTHER_CONNECTIONS[testedEdition](50));
	});

	it('creates batches of 250 rows of JSON with 3 requests and a look at the model', async () => {
		const { output, requests } = await cost(250, (row) => ({
			resource: 'batch',
			operation: 'create',
			model: MODEL,
			inputMode: 'jsonPerItem',
			itemJson: { prompt: `Row ${row}` },
		}));
		expect(output).toHaveLength(3);
		expect(requests.map(({ method }) => method)).toEqual(['GET', 'POST', 'POST', 'POST']);
		const rows = Array.from({ length: 250 }, (_, row) => ({ prompt: `Row ${row}` }));
		const needed = [0, 100, 200].map((at) =>
			Buffer.byteLength(JSON.stringify({ input: rows.slice(at, at + 100) })),
		);
		expect(sumOf(requests.map(({ body }) => body.length))).toBe(sumOf(needed));
	});

	it('reads no model for rows whose fields are in the workflow', async () => {
		const schema = [{ id: 'prompt', displayName: 'Prompt', type: 'string' }];
		const { requests } = await cost(250, (row) => ({
			resource: 'batch',
			operation: 'create',
			model: MODEL,
			inputMode: 'mapFields',
			modelInputs: { mappingMode: 'defineBelow', value: { prompt: `Row ${row}` }, schema },
		}));
		expect(requests.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST']);
	});

	it('waits by polling with one creation, one question per pause and one list of rows', async () => {
		const { output } = await runWaiting({
			parameters: waitingParameters({ model: MODEL, pollInterval: 0.1 }),
			items: 100,
			credential: credential(),
		});
		expect(output).toHaveLength(100);
		const asked = emulator.requests.map(({ method, path }) =>
			`${method} ${path}`.replace(/[0-9a-f]{8}-[-0-9a-f]{27}/, 'ID'),
		);
		const questions = asked.filter((line) => line === 'GET /v1/batches/ID').length;
		// Batches take 50 ms here, and the first pause is 75 to 125 ms.
		expect(questions).toBeLessThanOrEqual(2);
		expect(asked.filter((line) => line !== 'GET /v1/batches/ID')).toEqual([
			'GET /v1/models/acme/undeclared?embed=inputs',
			'POST /v1/models/acme/undeclared/batches',
			'GET /v1/batches/ID/items?limit=100',
		]);
	});
});

describe('large payloads', () => {
	const output = {
		items: Array.from({ length: 100 }, (_, sequence_index) => ({
			sequence_index,
			status_code: 'succeeded',
			output: { text: 'x'.repeat(10_000) },
		})),
		...{ succeeded: 100, failed: 0, cancelled: 0, total: 100 },
	};

	it.each(['batch', 'items'])('are parsed once and never written again (%s)', async (mode) => {
		const body = callbackBody({ output, metadata: { test: mode } });
		const parse = jest.spyOn(JSON, 'parse');
		const stringify = jest.spyOn(JSON, 'stringify');
		const { status, started } = await receiveCallback({ body, parameters: { output: mode } });
		const parsed = parse.mock.calls.filter(([text]) => text.length > 10_000).length;
		const written = stringify.mock.results
			.map(({ value }) => String(value).length)
			.filter((length) => length > 10_000);
		parse.mockRestore();
		stringify.mockRestore();
		expect([status, started?.length]).toEqual([200, mode === 'items' ? 100 : 1]);
		expect([parsed, written]).toEqual([1, []]);
	});

	it('are passed on, not copied', async () => {
		const parse = jest.spyOn(JSON, 'parse');
		const { started } = await receiveCallback({
			body: callbackBody({ output, metadata: { test: 'copy' } }),
		});
		const parsed = parse.mock.results
			.map(({ value }) => value as ReturnType<typeof callbackPayload>)
			.filter((value) => value?.output !== undefined);
		parse.mockRestore();
		expect(parsed).toHaveLength(1);
		expect(started?.[0].json.output).toBe(parsed[0].output);
	});
});

describe('size', () => {
	it(`of the client with all that it runs on stays under ${LARGEST_BUNDLE / 1_000} kB`, async () => {
		const { outputFiles } = await build({
			entryPoints: ['editions/undici/index.ts'],
			bundle: true,
			platform: 'node',
			target: 'node22',
			format: 'cjs',
			minify: true,
			legalComments: 'none',
			write: false,
		});
		expect(outputFiles[0].contents.length).toBeLessThan(LARGEST_BUNDLE);
	});
});
