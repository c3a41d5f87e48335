import { call } from './apiClient.ts';
import { startCallbackReceiver } from './callbackReceiver.ts';
import { startEmulator } from './emulator.ts';
import type { Emulator } from './emulator.ts';

const CREATE = 'POST /v1/models/acme/provider-only/runs';
const RUN = { input: { prompt: 'a' }, client_ref: 'mine' };

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 1 });
});
afterEach(async () => await emulator.close());

describe('runs', () => {
	it('are created, go on and are paid for', async () => {
		emulator.holdBatches();
		const created = await call(emulator, CREATE, RUN);
		expect(created.status).toBe(201);
		expect(created.json).toMatchObject({ status_code: 'queued', client_ref: 'mine', cost: null });
		emulator.finish(created.json.id);
		const { json } = await call(emulator, `GET /v1/runs/${created.json.id}`);
		expect(json).toMatchObject({ status_code: 'succeeded', cost: '0.10', input: { prompt: 'a' } });
		expect(emulator.charges).toEqual([{ batch_id: created.json.id, amount: '0.10' }]);
	});

	it.each([
		['completed', 'a', 'succeeded'],
		['failed', '[fail]', 'failed'],
		['cancelled', '[cancel]', 'cancelled'],
	])('call back as run.%s', async (event, prompt, status) => {
		const receiver = await startCallbackReceiver();
		const { json } = await call(emulator, CREATE, {
			input: { prompt },
			callback_url: receiver.url,
		});
		await emulator.settled();
		await receiver.close();
		const payload = JSON.parse(receiver.received[0].body.toString('utf8'));
		expect(payload).toMatchObject({ event: `run.${event}`, run_id: json.id, status });
	});

	it('are validated like rows of a batch', async () => {
		const { status, json } = await call(emulator, CREATE, { input: {} });
		expect([status, json.errors[0].loc]).toEqual([422, ['input', 'prompt']]);
	});

	it('are listed newest first once they are to be seen, with the filter in force', async () => {
		for (const client_ref of ['one', 'two']) await call(emulator, CREATE, { ...RUN, client_ref });
		const refs = async (q = '') =>
			(await call(emulator, `GET /v1/runs?${q}`)).json.items?.map(
				(run: { client_ref: string }) => run.client_ref,
			);
		expect(await refs()).toEqual(['two', 'one']);
		expect(await refs("q=client_ref.EQ:'one'")).toEqual(['one']);
		expect((await call(emulator, 'GET /v1/runs?q=client_ref:one')).status).toBe(422);
		emulator.settings.runFilter = 'colon';
		expect(await refs('q=client_ref:one')).toEqual(['one']);
		expect((await call(emulator, "GET /v1/runs?q=client_ref.EQ:'one'")).status).toBe(422);
		emulator.settings.runFilter = 'neither';
		expect(await refs("q=client_ref.EQ:'one'")).toEqual(['two', 'one']);
		emulator.settings.unlistedReads = 1;
		await call(emulator, CREATE, { ...RUN, client_ref: 'three' });
		expect(await refs()).toEqual(['two', 'one']);
		expect(await refs()).toEqual(['three', 'two', 'one']);
	});

	it.each(['honoured', 'ignored'] as const)('have keys that are %s', async (runKeys) => {
		emulator.settings.runKeys = runKeys;
		emulator.settings.runCreated = 200;
		const key = { 'Idempotency-Key': 'one' };
		const first = await call(emulator, CREATE, RUN, key);
		const second = await call(emulator, CREATE, RUN, key);
		expect([first.status, second.status]).toEqual([200, 200]);
		expect(first.json.id === second.json.id).toBe(runKeys === 'honoured');
	});

	it('can be delivered again', async () => {
		const receiver = await startCallbackReceiver();
		const body = { ...RUN, callback_url: receiver.url };
		const { json } = await call(emulator, CREATE, body);
		await emulator.settled();
		const again = await call(emulator, `POST /v1/runs/${json.id}/callback-redeliveries`);
		await emulator.settled();
		await receiver.close();
		expect([again.status, receiver.received.length]).toEqual([201, 2]);
		expect((await call(emulator, `GET /v1/runs/${json.id}/callback`)).json).toHaveLength(2);
	});
});
