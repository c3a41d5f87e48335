import Ajv from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

import * as schemas from '../openapi/schemas.ts';
import { call, createBatch } from './apiClient.ts';
import { startCallbackReceiver } from './callbackReceiver.ts';
import type { CallbackReceiver } from './callbackReceiver.ts';
import { startEmulator } from './emulator.ts';
import type { Emulator } from './emulator.ts';

const ajv = new Ajv({ allErrors: true });
addFormats(ajv);

function expectValid(schema: object, value: unknown): void {
	const validate = ajv.compile(schema);
	validate(value);
	expect(validate.errors ?? []).toEqual([]);
}

const MIXED = [{ prompt: 'a', client_ref: 'row-1' }, { prompt: '[fail]' }, { prompt: '[cancel]' }];
const NOBODY = '0190a1b2-0000-7000-8000-000000000000';

let emulator: Emulator;
let receiver: CallbackReceiver;

beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 10, retryDelaysMs: [10, 10] });
	receiver = await startCallbackReceiver();
});
afterEach(async () => {
	await emulator.close();
	await receiver.close();
});

describe('answers fit the documented schemas', () => {
	it('batch creation, reading while it runs and reading once it ended', async () => {
		emulator.holdBatches();
		const body = { input: MIXED, metadata: { a: 1 } };
		const created = await call(emulator, 'POST /v1/models/acme/undeclared/batches', body);
		expect(created.status).toBe(201);
		expectValid(schemas.createdBatch, created.json);
		const line = `GET /v1/batches/${created.json.id}`;
		expectValid(schemas.batch, (await call(emulator, line)).json);
		emulator.finish(created.json.id);
		const ended = (await call(emulator, line)).json;
		expectValid(schemas.batch, ended);
		expect(ended.status_code).toBe('partial_succeeded');
	});

	it('batch items', async () => {
		const id = await createBatch(emulator, MIXED);
		await emulator.settled();
		const list = (await call(emulator, `GET /v1/batches/${id}/items`)).json;
		expectValid(schemas.batchItems, list);
		const one = await call(emulator, `GET /v1/batches/${id}/items/${list.items[1].id}`);
		expectValid(schemas.batchItem, one.json);
	});

	it.each([
		['succeeded', [{ prompt: 'a' }]],
		['failed', [{ prompt: '[fail]' }]],
		['cancelled', [{ prompt: '[cancel]' }]],
		['partial_succeeded', MIXED],
	])('the callback of a batch that ends as %s, and its delivery', async (status, input) => {
		receiver.answers.push(500);
		const id = await createBatch(emulator, input, { callback_url: receiver.url });
		await emulator.settled();
		expect(receiver.received).toHaveLength(2);
		const payload = JSON.parse(receiver.received[1].body.toString('utf8'));
		expectValid(schemas.batchCallbackPayload, payload);
		expect(payload).toMatchObject({ event: `batch.${status}`, status, batch_id: id });
		const ledger = await call(emulator, `GET /v1/batches/${id}/callback`);
		expectValid(schemas.deliveries, ledger.json);
		const again = await call(emulator, `POST /v1/batches/${id}/callback-redeliveries`);
		expect(again.status).toBe(201);
		expectValid(schemas.delivery, again.json);
	});

	it.each([
		['GET /v1/batches/not-a-uuid', undefined, 422],
		[`GET /v1/batches/${NOBODY}`, undefined, 404],
		['GET /v1/nowhere', undefined, 404],
		['GET /v1/models/background-removal', undefined, 405],
		['POST /v1/models/acme/undeclared/batches', { input: [] }, 422],
		['POST /v1/models/acme/provider-only/batches', { input: [{ prompt: 'a' }] }, 422],
		['POST /v1/asset-uploads', {}, 422],
	])('%s is refused in the error envelope', async (line, body, status) => {
		const answer = await call(emulator, line, body);
		expect(answer.status).toBe(status);
		expectValid(schemas.errorResponse, answer.json);
		expect(answer.headers.get('runflow-request-id')).toMatch(/^req_/);
	});

	it('a wrong key and a foreign organization are refused in the error envelope', async () => {
		const wrongKey = { Authorization: 'Bearer wrong' };
		const unknown = await call(emulator, 'GET /v1/auth/me', undefined, wrongKey);
		expect(unknown.json).toMatchObject({ code: 'UNAUTHORIZED', errors: null });
		expect(unknown.status).toBe(401);
		const other = await call(emulator, 'GET /v1/auth/me', undefined, {
			'X-Organization-Id': NOBODY,
		});
		expect(other.status).toBe(403);
		expect(other.json.code).toBe('ORGANIZATION_MEMBERSHIP_REQUIRED');
	});
});
