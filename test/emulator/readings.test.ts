import { call, createBatch } from './apiClient.ts';
import { startCallbackReceiver } from './callbackReceiver.ts';
import { startEmulator } from './emulator.ts';
import type { Emulator, Readings } from './emulator.ts';
import { CONVENIENT } from './readings.ts';

const CREATE = 'POST /v1/models/google/nano-banana-pro/batches';
const KEY = { 'Idempotency-Key': 'key-1' };
const ROWS = [{ prompt: 'a' }, { prompt: '[fail]' }, { prompt: '[cancel]' }, { prompt: 'b' }];

let emulator: Emulator;

afterEach(() => emulator.close());

async function start(readings: Partial<Readings> = {}): Promise<void> {
	emulator = await startEmulator({ processingMs: 5, readings });
}

async function finishedBatch(): Promise<string> {
	const id = await createBatch(emulator, ROWS);
	await emulator.settled();
	return id;
}

async function batchOf(id: string) {
	return (await call(emulator, `GET /v1/batches/${id}`)).json;
}

async function itemsOf(id: string) {
	return (await call(emulator, `GET /v1/batches/${id}/items`)).json.items;
}

const statesOf = (items: Array<{ status_code: string }>) => items.map((item) => item.status_code);

describe('duplicates in flight', () => {
	it('are answered 409, and after that with the first answer', async () => {
		await start({ inFlightDuplicate: 'conflict' });
		emulator.faults.add({ on: CREATE, kind: 'slow-work', times: 1, ms: 40 });
		const body = { input: [{ prompt: 'a' }] };
		const first = call(emulator, CREATE, body, KEY);
		while (emulator.requestCount === 0) await new Promise(setImmediate);
		const duplicate = await call(emulator, CREATE, body, KEY);
		expect([duplicate.status, duplicate.json.code]).toEqual([409, 'CONFLICT']);
		const { text } = await first;
		expect((await call(emulator, CREATE, body, KEY)).text).toBe(text);
		expect(emulator.charges).toHaveLength(1);
	});
});

describe('failures', () => {
	it('are replayed under their key, and only there', async () => {
		await start({ rememberFailures: true });
		emulator.setBalance(0);
		const body = { input: [{ prompt: 'a' }] };
		expect((await call(emulator, CREATE, body, KEY)).status).toBe(402);
		emulator.setBalance(1);
		expect((await call(emulator, CREATE, body, KEY)).status).toBe(402);
		expect((await call(emulator, CREATE, body, { 'Idempotency-Key': 'key-2' })).status).toBe(201);
	});

	it('are replayed where the server failed too, but never instead of a batch', async () => {
		await start({ rememberFailures: true });
		const body = { input: [{ prompt: 'a' }] };
		emulator.faults.add({ on: CREATE, kind: 'status', times: 1 });
		expect((await call(emulator, CREATE, body, KEY)).status).toBe(503);
		expect((await call(emulator, CREATE, body, KEY)).status).toBe(503);
		const other = { 'Idempotency-Key': 'key-2' };
		expect((await call(emulator, CREATE, body, other)).status).toBe(201);
		emulator.faults.add({ on: CREATE, kind: 'status', times: 1 });
		expect((await call(emulator, CREATE, body, other)).status).toBe(503);
		expect((await call(emulator, CREATE, body, other)).status).toBe(201);
		expect(emulator.charges).toHaveLength(1);
	});
});

describe('stale reads', () => {
	it('show a finished batch and its items as running, each so many times', async () => {
		await start({ staleReads: 2 });
		const id = await finishedBatch();
		const seen = [await batchOf(id), await batchOf(id), await batchOf(id)];
		expect(statesOf(seen)).toEqual(['running', 'running', 'partial_succeeded']);
		expect(seen[0]).toMatchObject({ output: null, items_succeeded: 0, completed_at: null });
		expect(statesOf(await itemsOf(id))).toEqual(Array(4).fill('running'));
		expect((await itemsOf(id))[0]).toMatchObject({ output: null, cost: null });
		expect((await itemsOf(id))[0].status_code).toBe('succeeded');
	});

	it('count for single items too, and not before the end', async () => {
		await start({ staleReads: 1 });
		emulator.holdBatches();
		const id = await createBatch(emulator, ROWS);
		const [{ id: itemId }] = await itemsOf(id);
		emulator.release();
		await emulator.settled();
		const one = async () => (await call(emulator, `GET /v1/batches/${id}/items/${itemId}`)).json;
		expect([(await one()).status_code, (await one()).status_code]).toEqual([
			'running',
			'succeeded',
		]);
	});
});

describe('rows that did not succeed', () => {
	it.each(['expired', 'running'] as const)('are %s, with no error', async (state) => {
		await start({ unsuccessfulRows: state });
		const id = await finishedBatch();
		const states = ['succeeded', state, state, 'succeeded'];
		const batch = await batchOf(id);
		for (const items of [await itemsOf(id), batch.items, batch.output.items]) {
			expect(statesOf(items)).toEqual(states);
		}
		expect(batch).toMatchObject({ status_code: 'partial_succeeded', items_failed: 1 });
		expect((await itemsOf(id))[1].error).toBeNull();
		expect(batch.output.items[1].error).toBeNull();
	});
});

describe('numbers of rows', () => {
	it('begin at 1, wherever they stand', async () => {
		await start({ firstSequence: 1 });
		const created = await call(emulator, CREATE, { input: [{ prompt: 'a' }, { prompt: 'b' }] });
		await emulator.settled();
		const batch = await batchOf(created.json.id);
		const lists = [created.json.items, await itemsOf(batch.id), batch.items, batch.output.items];
		for (const items of lists) {
			expect(items.map((item: { sequence_index: number }) => item.sequence_index)).toEqual([1, 2]);
		}
	});
});

describe('the output of a finished batch', () => {
	it.each([
		['whole', [0, 1, 2, 3]],
		['part', [0, 1]],
		['none', undefined],
	] as const)('is %s when read, and in its callback', async (batchOutput, numbers) => {
		await start({ batchOutput });
		const receiver = await startCallbackReceiver();
		const id = await createBatch(emulator, ROWS, { callback_url: receiver.url });
		await emulator.settled();
		await receiver.close();
		const callback = JSON.parse(receiver.received[0].body.toString('utf8'));
		for (const { output } of [await batchOf(id), callback]) {
			expect(output?.items.map((item: { sequence_index: number }) => item.sequence_index)).toEqual(
				numbers,
			);
		}
		expect(await itemsOf(id)).toHaveLength(4);
	});
});

describe('costs', () => {
	it('are numbers, in the answer to the creation too', async () => {
		await start({ numericCost: true });
		const created = await call(emulator, CREATE, { input: [{ prompt: 'a' }] });
		await emulator.settled();
		expect(created.json.cost).toBe(0);
		expect((await batchOf(created.json.id)).cost).toBe(0.14);
		expect((await itemsOf(created.json.id))[0].cost).toBe(0.14);
	});
});

describe('errors', () => {
	it('are nested, those of faults too', async () => {
		await start({ nestedErrors: true });
		const refused = await call(emulator, CREATE, { input: [] });
		expect([refused.status, refused.json.error.code]).toEqual([422, 'VALIDATION_ERROR']);
		expect(refused.json.error.errors).toHaveLength(1);
		emulator.faults.add({ on: CREATE, kind: 'status', times: 1, status: 503 });
		expect((await call(emulator, CREATE, { input: [] })).json.error.code).toBe('UNAVAILABLE');
	});
});

describe('the control routes', () => {
	it('show and change the readings, and know no others', async () => {
		await start();
		expect((await call(emulator, 'GET /_emulator/readings')).json).toEqual(CONVENIENT);
		const changed = await call(emulator, 'PATCH /_emulator/readings', { cursorStyle: 'next_pq' });
		expect(changed.json).toEqual({ ...CONVENIENT, cursorStyle: 'next_pq' });
		expect((await call(emulator, 'GET /v1/models?limit=1')).json).toHaveProperty('next_pq');
		expect((await call(emulator, 'PATCH /_emulator/readings', { no: 1 })).status).toBe(422);
	});
});
