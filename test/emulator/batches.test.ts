import { call, createBatch } from './apiClient.ts';
import { startEmulator } from './emulator.ts';
import type { Emulator } from './emulator.ts';

const CREATE = 'POST /v1/models/google/nano-banana-pro/batches';
const KEY = { 'Idempotency-Key': 'key-1' };

let emulator: Emulator;

beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 10 });
});
afterEach(() => emulator.close());

describe('Idempotency-Key', () => {
	it('replays the first answer byte for byte and bills once', async () => {
		const body = { input: [{ prompt: 'a' }] };
		const first = await call(emulator, CREATE, body, KEY);
		await emulator.settled();
		const second = await call(emulator, CREATE, body, KEY);
		expect([first.status, second.status]).toEqual([201, 201]);
		expect(second.text).toBe(first.text);
		expect(emulator.batches.size).toBe(1);
		expect(emulator.charges).toEqual([{ batch_id: first.json.id, amount: '0.14' }]);
	});

	it('refuses another body under the same key', async () => {
		await call(emulator, CREATE, { input: [{ prompt: 'a' }] }, KEY);
		const other = await call(emulator, CREATE, { input: [{ prompt: 'b' }] }, KEY);
		expect(other.status).toBe(409);
		expect(other.json.code).toBe('CONFLICT');
		expect(emulator.charges).toHaveLength(1);
	});

	it('lets a repeat wait for the first that is still under way', async () => {
		emulator.faults.add({ on: CREATE, kind: 'slow-work', times: 1, ms: 40 });
		const body = { input: [{ prompt: 'a' }] };
		const answers = await Promise.all([
			call(emulator, CREATE, body, KEY),
			call(emulator, CREATE, body, KEY),
			call(emulator, CREATE, body, KEY),
		]);
		expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
		expect(emulator.charges).toHaveLength(1);
	});

	it('keeps no refusal: the same request may succeed later', async () => {
		emulator.setBalance(0);
		const body = { input: [{ prompt: 'a' }] };
		expect((await call(emulator, CREATE, body, KEY)).status).toBe(402);
		emulator.setBalance(1);
		expect((await call(emulator, CREATE, body, KEY)).status).toBe(201);
	});

	it('does nothing without a key', async () => {
		await call(emulator, CREATE, { input: [{ prompt: 'a' }] });
		await call(emulator, CREATE, { input: [{ prompt: 'a' }] });
		expect(emulator.charges).toHaveLength(2);
	});
});

describe('creating', () => {
	it('names every wrong field of every item', async () => {
		const input = [
			{ prompt: 'fine' },
			{ prompt: 5, num_images: 1.5, transparent: 'yes', style: 'baroque' },
			{ image_urls: ['ftp://x', 'runflow://assets/none'] },
			'text',
			{ prompt: 'a', client_ref: 'x'.repeat(256) },
		];
		const { status, json } = await call(emulator, CREATE, {
			input,
			callback_url: 'x',
			metadata: [],
		});
		expect(status).toBe(422);
		expect(json.errors.map(({ loc }: { loc: unknown[] }) => loc.join('.'))).toEqual([
			'input.1.prompt',
			'input.1.num_images',
			'input.1.transparent',
			'input.1.style',
			'input.2.prompt',
			'input.2.image_urls',
			'input.3',
			'input.4.client_ref',
			'metadata',
			'callback_url',
		]);
		expect(emulator.batches.size).toBe(0);
	});

	it('takes 100 items and refuses 101', async () => {
		const items = (n: number) => Array.from({ length: n }, () => ({ prompt: 'a' }));
		expect((await call(emulator, CREATE, { input: items(100) })).status).toBe(201);
		expect((await call(emulator, CREATE, { input: items(101) })).status).toBe(422);
	});

	it('refuses what the balance does not cover and bills only what succeeded', async () => {
		emulator.setBalance(0.3);
		const input = [{ prompt: 'a' }, { prompt: '[fail]' }];
		expect((await call(emulator, CREATE, { input: [...input, ...input] })).status).toBe(402);
		expect((await call(emulator, CREATE, { input })).status).toBe(201);
		await emulator.settled();
		expect(emulator.charges.map(({ amount }) => amount)).toEqual(['0.14']);
		expect((await call(emulator, 'GET /v1/billing/balance')).json.balance).toBe('0.16');
	});
});

describe('running', () => {
	it('lets the input decide how each item ends', async () => {
		const input = [
			{ prompt: 'a', num_images: 2 },
			{ prompt: 'a [fail]', client_ref: 'second' },
			{ prompt: 'a', config: { deep: ['[cancel]'] } },
			{ prompt: '[slow 60]' },
		];
		const { json } = await call(emulator, CREATE, { input });
		await emulator.settled();
		const batch = (await call(emulator, `GET /v1/batches/${json.id}`)).json;
		expect(batch).toMatchObject({
			status_code: 'partial_succeeded',
			items_succeeded: 2,
			items_failed: 1,
			items_cancelled: 1,
			cost: '0.28',
			output: { succeeded: 2, failed: 1, cancelled: 1, total: 4 },
		});
		expect(batch.duration_ms).toBeGreaterThanOrEqual(59);
		expect(batch.output.items[0].output.outputs).toHaveLength(2);
		expect(batch.output.items[1]).toMatchObject({
			client_ref: 'second',
			input: { prompt: 'a [fail]' },
			error: { code: 'MODEL_ERROR' },
		});
		expect(batch.output.items[1].input).not.toHaveProperty('client_ref');
	});

	it('keeps held batches running until they are let go', async () => {
		emulator.holdBatches();
		const [one, two] = [await createBatch(emulator, [{}]), await createBatch(emulator, [{}])];
		emulator.finish(one);
		expect(emulator.batches.get(one)?.statusCode).toBe('succeeded');
		expect(emulator.batches.get(two)?.completedAt).toBeNull();
		emulator.release();
		await emulator.settled();
		expect(emulator.batches.get(two)?.statusCode).toBe('succeeded');
	});
});

describe('item pages', () => {
	it.each(['next', 'next_pq', 'url'] as const)(
		'are followed by a cursor in style %s',
		async (style) => {
			emulator.settings.cursorStyle = style;
			const id = await createBatch(
				emulator,
				Array.from({ length: 7 }, (_, i) => ({ i })),
			);
			const seen: number[] = [];
			let query = 'limit=3';
			for (let pages = 0; query && pages < 9; pages++) {
				const { json } = await call(emulator, `GET /v1/batches/${id}/items?${query}`);
				seen.push(...json.items.map((item: { sequence_index: number }) => item.sequence_index));
				const next = style === 'next_pq' ? json.next_pq : json.next;
				query = style === 'url' ? (next?.split('?')[1] ?? '') : next ? `limit=3&pq=${next}` : '';
			}
			expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6]);
		},
	);

	it.each(['limit=0', 'limit=501', 'limit=x', 'pq=rubbish'])('refuse %s', async (query) => {
		const id = await createBatch(emulator, [{}]);
		expect((await call(emulator, `GET /v1/batches/${id}/items?${query}`)).status).toBe(422);
	});
});
