import {
	createBatch,
	getBatch,
	getBatchItem,
	listBatchItems,
} from '../../../../../nodes/Runflow/runflow/batches/batches.ts';
import { isCreationRefused } from '../../../../../nodes/Runflow/runflow/creations.ts';
import {
	EgressRefusedError,
	IdempotencyConflictError,
	RunflowApiError,
	RunflowConnectionError,
} from '../../../../../nodes/Runflow/runflow/http/errors.ts';
import { fakeApi, rejection } from '../../../../fakes/api.ts';
import { BATCH_ID } from '../../../../fakes/callbacks.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';

withoutNetwork();

const batch = { id: BATCH_ID, status_code: 'queued', items_total: 1, cost: null, items: [] };

describe('createBatch', () => {
	it('posts to the model with its key, and repeats with the same one', async () => {
		const path = '/v1/models/runflow/a%20b/batches';
		runflow().post(path).reply(500, {}).post(path).reply(201, batch);
		const body = '{"input":[{"x":1}]}';
		expect(await createBatch(fakeApi(), 'runflow/a%20b', body, 'key-1')).toEqual(batch);
		const sent = requests().map((request) => [request.body, request.headers['idempotency-key']]);
		expect(sent).toEqual(Array(2).fill([body, 'key-1']));
	});

	it('refuses a success without an id', async () => {
		runflow().post('/v1/models/a/b/batches').reply(201, { status_code: 'queued' });
		const api = fakeApi({ retryPolicy: { attempts: 1 } });
		expect(await rejection(createBatch(api, 'a/b', '{}', 'k'))).toMatchObject({
			name: 'RunflowAnswerError',
		});
	});
});

describe('getBatch', () => {
	it('keeps the cost a decimal string and unknown fields as they are', async () => {
		const answer = { ...batch, cost: '0.1000', status_code: 'dispatching', links: { a: 1 } };
		runflow().get(`/v1/batches/${BATCH_ID}`).reply(200, answer);
		expect(await getBatch(fakeApi(), BATCH_ID)).toEqual(answer);
	});

	it('encodes an id that is none', async () => {
		runflow().get('/v1/batches/..%2Fauth%2Fme').reply(404, {});
		expect(await rejection(getBatch(fakeApi(), '../auth/me'))).toMatchObject({ status: 404 });
	});
});

describe('getBatchItem', () => {
	it('keeps input, output and error as they are, whatever they are', async () => {
		const item = { id: 'i', input: [1], output: 'text', error: null, cost: '0.0010', more: {} };
		runflow().get(`/v1/batches/${BATCH_ID}/items/i`).reply(200, item);
		expect(await getBatchItem(fakeApi(), BATCH_ID, 'i')).toEqual(item);
	});

	it('encodes ids that are none', async () => {
		runflow().get('/v1/batches/a%2Fb/items/..%3Fx').reply(404, {});
		const error = await rejection(getBatchItem(fakeApi(), 'a/b', '..?x'));
		expect(error).toMatchObject({ status: 404 });
	});
});

describe('a creation that meets a conflict', () => {
	const path = '/v1/models/a/b/batches';
	const create = async (options = {}) => await createBatch(fakeApi(), 'a/b', '{}', 'k', options);
	const conflict = { code: 'CONFLICT', message: 'key is known', errors: null };

	it('fails at once where no try can have arrived', async () => {
		runflow().post(path).reply(409, conflict, { 'runflow-request-id': 'req-5' });
		const error = await rejection(create());
		expect(error).toBeInstanceOf(IdempotencyConflictError);
		expect(error).toMatchObject({ status: 409, message: 'key is known', requestId: 'req-5' });
		expect(requests()).toHaveLength(1);
	});

	it.each([
		[false, 503],
		[true, 409],
	])(
		'asks again after a try that may have arrived (in doubt before: %s)',
		async (inDoubt, first) => {
			runflow().post(path).reply(first, conflict);
			runflow().post(path).reply(409, conflict);
			runflow().post(path).reply(201, batch);
			expect(await create({ inDoubt })).toEqual(batch);
		},
	);

	it('fails when the conflict stays', async () => {
		runflow().post(path).reply(503, {});
		runflow().post(path).times(4).reply(409, conflict);
		expect(await rejection(create())).toBeInstanceOf(IdempotencyConflictError);
	});

	it.each([401, 402, 404, 409, 422])(
		'does not take a %d for a refusal after a try that may have arrived',
		async (refusal) => {
			runflow().post(path).reply(503, {});
			runflow()
				.post(path)
				.times(refusal === 409 ? 4 : 1)
				.reply(refusal, conflict);
			const error = await rejection(create());
			expect(error).toMatchObject({ status: refusal });
			expect(isCreationRefused(error)).toBe(false);
		},
	);
});

describe('isCreationRefused', () => {
	const refused = (status: number) => new RunflowApiError(status, undefined);

	it.each([400, 401, 402, 403, 404, 409, 422, 429])('knows that a %d made nothing', (status) => {
		expect(isCreationRefused(refused(status))).toBe(true);
	});

	it.each([302, 408, 425, 500, 503])('does not know it of a %d', (status) => {
		expect(isCreationRefused(refused(status))).toBe(false);
	});

	it('does not know it of a connection that broke', () => {
		const lost = new RunflowConnectionError('lost', 'a.test');
		expect(isCreationRefused(lost)).toBe(false);
		expect(isCreationRefused(new EgressRefusedError('no'))).toBe(true);
	});
});

describe('listBatchItems', () => {
	it('reads all pages, or as many items as are wanted', async () => {
		const path = `/v1/batches/${BATCH_ID}/items`;
		runflow()
			.get(`${path}?limit=100`)
			.reply(200, { items: [{ sequence_index: 0 }], next_pq: 'c' })
			.get(`${path}?limit=100&pq=c`)
			.reply(200, { items: [{ sequence_index: 1, status_code: null, more: 1 }] })
			.get(`${path}?limit=1`)
			.reply(200, { items: [{ sequence_index: 0 }], next_pq: 'c' });
		expect(await listBatchItems(fakeApi(), BATCH_ID)).toEqual([
			{ sequence_index: 0 },
			{ sequence_index: 1, status_code: null, more: 1 },
		]);
		expect(await listBatchItems(fakeApi(), BATCH_ID, 1)).toHaveLength(1);
	});
});
