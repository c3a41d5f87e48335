import { call } from './apiClient.ts';
import { startEmulator } from './emulator.ts';
import type { Emulator } from './emulator.ts';

const CREATE = 'POST /v1/models/google/nano-banana-pro/batches';
const ME = 'GET /v1/auth/me';
const BODY = { input: [{ prompt: 'a' }] };
const KEY = { 'Idempotency-Key': 'key-1' };

let emulator: Emulator;

beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 5 });
});
afterEach(() => emulator.close());

describe('which requests a fault meets', () => {
	it('as many as asked for, after those to skip', async () => {
		emulator.faults.add({ on: ME, kind: 'status', status: 500, times: 2, skip: 1 });
		const statuses: number[] = [];
		for (let i = 0; i < 4; i++) statuses.push((await call(emulator, ME)).status);
		expect(statuses).toEqual([200, 500, 500, 200]);
		expect(emulator.requests.map(({ status }) => status)).toEqual(statuses);
	});

	it.each([
		['a pattern', 'POST /v1/models/*/batches'],
		['an expression', /^POST .*\/batches$/],
		['a predicate', ({ body }: { body: Buffer }) => body.includes('prompt')],
	])('by %s', async (_name, on) => {
		emulator.faults.add({ on, kind: 'status', times: 1 });
		expect((await call(emulator, ME)).status).toBe(200);
		expect((await call(emulator, CREATE, BODY)).status).toBe(503);
	});

	it('none once cleared', async () => {
		emulator.faults.add({ on: '*', kind: 'hang', times: Infinity });
		emulator.faults.clear();
		expect((await call(emulator, ME)).status).toBe(200);
	});
});

describe('what a fault does', () => {
	it('status: with headers, code and body, and no work done', async () => {
		const headers = { 'retry-after': '7' };
		emulator.faults.add({ on: CREATE, kind: 'status', status: 429, headers, times: 1 });
		const answer = await call(emulator, CREATE, BODY);
		expect(answer.status).toBe(429);
		expect(answer.headers.get('retry-after')).toBe('7');
		expect(answer.json.code).toBe('RATE_LIMITED');
		expect(emulator.batches.size).toBe(0);
	});

	it('status with work: the batch exists although the answer is a failure', async () => {
		emulator.faults.add({ on: CREATE, kind: 'status', work: true, times: 1 });
		expect((await call(emulator, CREATE, BODY, KEY)).status).toBe(503);
		expect(emulator.batches.size).toBe(1);
		expect((await call(emulator, CREATE, BODY, KEY)).status).toBe(201);
		expect(emulator.charges).toHaveLength(1);
	});

	it.each([
		['reset-before', 0],
		['reset-after', 1],
	] as const)('%s: %d batches exist after the cut', async (kind, count) => {
		emulator.faults.add({ on: CREATE, kind, times: 1 });
		await expect(call(emulator, CREATE, BODY, KEY)).rejects.toThrow();
		expect(emulator.batches.size).toBe(count);
		expect((await call(emulator, CREATE, BODY, KEY)).status).toBe(201);
		expect(emulator.charges).toHaveLength(1);
	});

	it.each(['slow-headers', 'slow-body'] as const)('%s: whole but late', async (kind) => {
		emulator.faults.add({ on: ME, kind, ms: 50, times: 1 });
		const start = performance.now();
		expect((await call(emulator, ME)).json.email).toBe('someone@example.com');
		expect(performance.now() - start).toBeGreaterThan(45);
	});

	it('truncated: the body breaks off', async () => {
		emulator.faults.add({ on: ME, kind: 'truncated', times: 1 });
		await expect(call(emulator, ME)).rejects.toThrow();
	});

	it.each(['never-ends', 'hang'] as const)('%s: only a time-out ends it', async (kind) => {
		emulator.faults.add({ on: ME, kind, times: 1 });
		const headers = { Authorization: `Bearer ${emulator.apiKey}` };
		const read = async () => {
			const signal = AbortSignal.timeout(80);
			return await (await fetch(`${emulator.url}/v1/auth/me`, { headers, signal })).text();
		};
		await expect(read()).rejects.toMatchObject({ name: 'TimeoutError' });
	});

	it('not-json, html-502, error-in-200, missing-fields and redirect', async () => {
		emulator.faults.add({ on: ME, kind: 'not-json', times: 1 });
		const rubbish = await call(emulator, ME);
		expect([rubbish.status, rubbish.json]).toEqual([200, undefined]);

		emulator.faults.add({ on: ME, kind: 'html-502', times: 1 });
		const page = await call(emulator, ME);
		expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html']);

		emulator.faults.add({ on: ME, kind: 'error-in-200', times: 1 });
		expect((await call(emulator, ME)).json).toMatchObject({ code: 'INTERNAL_ERROR' });

		emulator.faults.add({ on: ME, kind: 'missing-fields', fields: ['email'], times: 1 });
		const poorer = await call(emulator, ME);
		expect(poorer.json).not.toHaveProperty('email');
		expect(poorer.json).toHaveProperty('id');

		emulator.faults.add({ on: ME, kind: 'redirect', location: 'http://example.com/', times: 1 });
		const moved = await call(emulator, ME);
		expect([moved.status, moved.headers.get('location')]).toEqual([302, 'http://example.com/']);
	});
});

describe('steering over HTTP', () => {
	it('adds and clears faults, holds and releases batches, shows the state', async () => {
		const fault = { on: ME, kind: 'status', status: 500 };
		expect((await call(emulator, 'POST /_emulator/faults', fault)).status).toBe(201);
		expect((await call(emulator, ME)).status).toBe(500);
		await call(emulator, 'POST /_emulator/faults', { ...fault, times: 9 });
		await call(emulator, 'POST /_emulator/faults', { on: 'callback', kind: 'duplicate' });
		const before = (await call(emulator, 'GET /_emulator/state')).json;
		expect(before.faults).toMatchObject([{ times: 9 }]);
		expect(before.callback_faults).toMatchObject([{ kind: 'duplicate', times: 1 }]);
		await call(emulator, 'DELETE /_emulator/faults');
		expect((await call(emulator, ME)).status).toBe(200);

		await call(emulator, 'POST /_emulator/hold');
		const { json } = await call(emulator, CREATE, BODY);
		await call(emulator, 'POST /_emulator/release', { batch_id: json.id });
		const state = (await call(emulator, 'GET /_emulator/state')).json;
		expect(state.batches).toMatchObject([{ id: json.id, status_code: 'succeeded' }]);
		expect(state.charges).toHaveLength(1);
	});
});
