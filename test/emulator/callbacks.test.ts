import { createHmac } from 'node:crypto';

import { call, createBatch } from './apiClient.ts';
import { startCallbackReceiver } from './callbackReceiver.ts';
import type { CallbackReceiver, ReceivedCallback } from './callbackReceiver.ts';
import { startEmulator } from './emulator.ts';
import type { Emulator } from './emulator.ts';
import { pythonJson } from './pythonJson.ts';

let emulator: Emulator;
let receiver: CallbackReceiver;

const QUICK = { processingMs: 5, retryDelaysMs: [5, 5], callbackSecret: 'whsec_one' };

beforeEach(async () => {
	emulator = await startEmulator(QUICK);
	receiver = await startCallbackReceiver();
});
afterEach(async () => {
	await emulator.close();
	await receiver.close();
});

async function finishedBatch(path = '/hook'): Promise<string> {
	const id = await createBatch(emulator, [{ prompt: 'é' }], { callback_url: receiver.url + path });
	await emulator.settled();
	return id;
}

function isSigned({ body, headers }: ReceivedCallback, secret: string): boolean {
	const right = createHmac('sha256', secret).update(body).digest('hex');
	return headers['runflow-signature'] === right;
}

describe('a callback', () => {
	it('is signed over its bytes and keeps the query of its URL', async () => {
		const id = await finishedBatch('/hook/a?signature=x%2Fy%20z&b=%41&b');
		expect(receiver.received).toHaveLength(1);
		const [callback] = receiver.received;
		expect(callback.target).toBe('/hook/a?signature=x%2Fy%20z&b=%41&b');
		expect(isSigned(callback, 'whsec_one')).toBe(true);
		expect(callback.headers['content-type']).toBe('application/json');
		expect(callback.headers['runflow-request-id']).toMatch(/^req_/);
		const text = callback.body.toString('latin1');
		expect(text).toMatch(/^\{"event": "batch.succeeded", "batch_id": "/);
		expect(text).toContain('{"prompt": "\\u00e9"}');
		expect(JSON.parse(text).created_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/);
		expect(emulator.deliveries(id)[0]).toMatchObject({
			payload_bytes: text,
			status_code: 'succeeded',
		});
	});

	it('is unsigned when the organization has no secret', async () => {
		const unsigned = await startEmulator({ processingMs: 5, callbackSecret: null });
		await createBatch(unsigned, [{}], { callback_url: receiver.url });
		await unsigned.settled();
		await unsigned.close();
		expect(receiver.received[0].headers).not.toHaveProperty('runflow-signature');
	});

	it('is repeated with the same bytes until it is taken', async () => {
		receiver.answers.push(503, 302);
		const id = await finishedBatch();
		const bodies = receiver.received.map(({ body }) => body.toString('latin1'));
		expect(bodies).toHaveLength(3);
		expect(new Set(bodies).size).toBe(1);
		expect(emulator.deliveries(id)).toHaveLength(1);
		expect(emulator.deliveries(id)[0]).toMatchObject({
			status_code: 'succeeded',
			attempt_count: 3,
			attempts: [
				{ attempt_number: 1, status_code: 503, response_body: 'said 503' },
				{ attempt_number: 2, status_code: 302 },
				{ attempt_number: 3, status_code: 200 },
			],
		});
	});

	it('is given up after its last attempt', async () => {
		await emulator.close();
		emulator = await startEmulator({ ...QUICK, callbackTimeoutMs: 60 });
		receiver.answers.push(500, 500, 0);
		const id = await finishedBatch();
		expect(emulator.deliveries(id)[0]).toMatchObject({
			status_code: 'failed',
			failure_reason_code: 'timeout',
			attempt_count: 3,
			max_attempts: 3,
			next_attempt_at: null,
		});
	});

	it('fails when nobody listens', async () => {
		await receiver.close();
		const id = await finishedBatch();
		expect(emulator.deliveries(id)[0].failure_reason_code).toBe('connection_error');
	});
});

describe('redelivery', () => {
	it('makes a new delivery, signed with the current secret, listed first', async () => {
		const id = await finishedBatch();
		const second = emulator.rotateSecret('whsec_two');
		const answer = await call(emulator, `POST /v1/batches/${id}/callback-redeliveries`);
		expect(answer.status).toBe(201);
		expect(answer.json).toMatchObject({
			is_automatic: false,
			status_code: 'pending',
			attempts: [],
		});
		await emulator.settled();
		expect(isSigned(receiver.received[1], second)).toBe(true);
		const ledger = (await call(emulator, `GET /v1/batches/${id}/callback`)).json;
		expect(ledger.map(({ is_automatic }: { is_automatic: boolean }) => is_automatic)).toEqual([
			false,
			true,
		]);
	});

	it('is refused while another delivery is in flight', async () => {
		await emulator.close();
		emulator = await startEmulator({ ...QUICK, callbackTimeoutMs: 500 });
		const id = await finishedBatch();
		receiver.answers.push(0);
		const line = `POST /v1/batches/${id}/callback-redeliveries`;
		const [one, two] = await Promise.all([call(emulator, line), call(emulator, line)]);
		expect([one.status, two.status].sort()).toEqual([201, 422]);
		const refusal = one.status === 422 ? one : two;
		expect(refusal.json).toMatchObject({
			code: 'VALIDATION_ERROR',
			errors: [{ error_type: 'conflict' }],
		});
		await emulator.settled();
		expect((await call(emulator, line)).status).toBe(201);
	});

	it('is refused before the end and without a callback_url', async () => {
		emulator.holdBatches();
		const running = await createBatch(emulator, [{}], { callback_url: receiver.url });
		const silent = await createBatch(emulator, [{}]);
		emulator.finish(silent);
		for (const id of [running, silent]) {
			const answer = await call(emulator, `POST /v1/batches/${id}/callback-redeliveries`);
			expect(answer.status).toBe(422);
			expect(answer.json.errors[0]).not.toHaveProperty('error_type');
		}
	});
});

describe('callback faults', () => {
	it.each(['tamper-body', 'tamper-signature', 'no-signature'] as const)('%s', async (kind) => {
		emulator.callbackFaults.add({ kind, times: 1 });
		receiver.answers.push(401);
		const id = await finishedBatch();
		expect(receiver.received.map((one) => isSigned(one, 'whsec_one'))).toEqual([false, true]);
		expect(JSON.parse(receiver.received[1].body.toString()).batch_id).toBe(id);
	});

	it('duplicate', async () => {
		emulator.callbackFaults.add({ kind: 'duplicate', times: 1 });
		await finishedBatch();
		expect(receiver.received).toHaveLength(2);
		expect(receiver.received[1].body.equals(receiver.received[0].body)).toBe(true);
	});
});

describe('callback secrets', () => {
	it('show their plain text once and sign once promoted', async () => {
		const made = await call(emulator, 'POST /v1/callback-secrets', { label: 'next' });
		expect(made.status).toBe(201);
		expect(made.json).toMatchObject({ label: 'next', is_current: false });
		expect(emulator.callbackSecret).toBe('whsec_one');
		const line = `/v1/callback-secrets/${made.json.id}`;
		const changed = await call(emulator, `PATCH ${line}`, { is_current: true });
		expect(changed.json).toMatchObject({ is_current: true });
		expect(changed.json).not.toHaveProperty('plain_secret');
		expect(emulator.callbackSecret).toBe(made.json.plain_secret);
		const { json } = await call(emulator, 'GET /v1/callback-secrets');
		expect(json.items.map((secret: { is_current: boolean }) => secret.is_current)).toEqual([
			false,
			true,
		]);
	});
});

test('callbacks are written like json.dumps of Python writes them', () => {
	const value = {
		text: 'caf\u00e9 \u2028 \u{1F600} "q" \\ / \x7f \n\t',
		n: [1, 1.5, 1e-7, 1e21, -0.25, true, false, null],
		empty: {},
		none: [],
	};
	expect(pythonJson(value)).toBe(
		String.raw`{"text": "caf\u00e9 \u2028 \ud83d\ude00 \"q\" \\ / \u007f \n\t", "n": [1, 1.5, 1e-07, 1e+21, -0.25, true, false, null], "empty": {}, "none": []}`,
	);
});
