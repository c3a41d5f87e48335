import {
	isRedeliveryConflict,
	listCallbackDeliveries,
	redeliverCallback,
} from '../../../../../nodes/Runflow/runflow/callbacks/deliveries.ts';
import { RunflowApiError } from '../../../../../nodes/Runflow/runflow/http/errors.ts';
import { fakeApi, rejection } from '../../../../fakes/api.ts';
import { BATCH_ID } from '../../../../fakes/callbacks.ts';
import { runflow, withoutNetwork } from '../../../../fakes/network.ts';

withoutNetwork();

describe('listCallbackDeliveries', () => {
	it('reads a bare array, with a state in words and attempts with numbers', async () => {
		const deliveries = [
			{ id: 'd1', status_code: 'failed', attempts: [{ status_code: 502, response_body: 'no' }] },
			{ id: 'd2', status_code: 'succeeded', attempts: null },
		];
		runflow().get(`/v1/batches/${BATCH_ID}/callback`).reply(200, JSON.stringify(deliveries));
		expect(await listCallbackDeliveries(fakeApi(), BATCH_ID)).toEqual(deliveries);
	});

	it('refuses a list in an envelope', async () => {
		runflow().get(`/v1/batches/${BATCH_ID}/callback`).reply(200, { items: [] });
		const api = fakeApi({ retryPolicy: { attempts: 1 } });
		expect(await rejection(listCallbackDeliveries(api, BATCH_ID))).toMatchObject({
			message: expect.stringContaining('Expected array'),
		});
	});
});

describe('redeliverCallback', () => {
	const path = `/v1/batches/${BATCH_ID}/callback-redeliveries`;

	it.each([200, 201])('takes a %d, and sends no body', async (status) => {
		runflow().post(path, '').reply(status, { id: 'd3', is_automatic: false });
		expect(await redeliverCallback(fakeApi(), BATCH_ID)).toMatchObject({ id: 'd3' });
	});

	it('is not repeated after a lost or broken answer', async () => {
		runflow().post(path).reply(502, 'bad gateway');
		expect(await rejection(redeliverCallback(fakeApi(), BATCH_ID))).toMatchObject({
			failure: { status: 502 },
		});
		runflow().post(path).reply(200, 'no JSON');
		expect(await rejection(redeliverCallback(fakeApi(), BATCH_ID))).toMatchObject({
			failure: { name: 'RunflowAnswerError' },
		});
	});

	it('is repeated after a 429', async () => {
		runflow().post(path).reply(429, {}).post(path).reply(201, { id: 'd4' });
		expect(await redeliverCallback(fakeApi(), BATCH_ID)).toMatchObject({ id: 'd4' });
	});
});

describe('isRedeliveryConflict', () => {
	const error = (status: number, envelope: object) =>
		new RunflowApiError(status, { code: 'validation_error', message: 'no', ...envelope });

	it.each<[number, object]>([
		[422, { errors: [{ error_type: 'conflict' }] }],
		[422, { errors: [{ type: 'other' }, { type: 'conflict' }] }],
		[422, { error_type: 'conflict' }],
		[422, { code: 'CONFLICT' }],
		[409, { code: 'CONFLICT' }],
	])('sees it in %d %j', (status, envelope) => {
		expect(isRedeliveryConflict(error(status, envelope))).toBe(true);
	});

	it.each<[number, object]>([
		[422, {}],
		[422, { errors: [{ error_type: 'missing' }] }],
		[422, { message: 'conflict' }],
		[500, { code: 'CONFLICT' }],
		[404, { error_type: 'conflict' }],
	])('does not see it in %d %j', (status, envelope) => {
		expect(isRedeliveryConflict(error(status, envelope))).toBe(false);
	});

	it('does not see it in other errors', () => {
		expect(isRedeliveryConflict(new Error('conflict'))).toBe(false);
		expect(isRedeliveryConflict(undefined)).toBe(false);
	});
});
