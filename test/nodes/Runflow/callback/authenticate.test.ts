import { BATCH_ID, callbackBody } from '../../../fakes/callbacks.ts';
import { requests, runflow, withoutNetwork } from '../../../fakes/network.ts';
import { API_KEY, credential } from '../../../fakes/node.ts';
import { receiveCallback } from '../../../fakes/receiveRun.ts';

withoutNetwork();

let workflows = 0;

/** An unsigned callback at a trigger that asks the API. */
async function receive(body = callbackBody()) {
	return await receiveCallback({
		body,
		headers: {},
		parameters: { authenticity: 'api' },
		credential: { ...credential, callbackSecret: '', previousCallbackSecret: '' },
		workflowId: `workflow-${++workflows}-of-api`,
	});
}

const path = `/v1/batches/${BATCH_ID}`;

describe('Runflow Trigger without a secret, asking the API', () => {
	it('starts with what Runflow says about the batch, not with what the callback says', async () => {
		runflow()
			.get(path)
			.reply(200, {
				id: BATCH_ID,
				status_code: 'failed',
				output: { items: [] },
				metadata: { genuine: true },
				duration_ms: 5,
			});
		const { status, started } = await receive(callbackBody({ metadata: { forged: true } }));
		expect(status).toBe(200);
		expect(started).toEqual([
			{
				json: {
					event: 'batch.failed',
					batch_id: BATCH_ID,
					status: 'failed',
					output: { items: [] },
					duration_ms: 5,
					created_at: null,
					completed_at: null,
					metadata: { genuine: true },
				},
			},
		]);
		expect(requests()[0].headers.authorization).toBe(`Bearer ${API_KEY}`);
	});

	it('makes one spelling of a cancelled batch', async () => {
		runflow().get(path).reply(200, { id: BATCH_ID, status_code: 'canceled' });
		const { started } = await receive();
		expect(started?.[0].json).toMatchObject({ event: 'batch.cancelled', status: 'cancelled' });
	});

	it.each(['queued', 'running', 'dispatching', 'something_new'])(
		'answers 503 while Runflow calls the batch %s',
		async (status_code) => {
			runflow().get(path).reply(200, { id: BATCH_ID, status_code });
			expect(await receive()).toMatchObject({ status: 503, started: undefined });
		},
	);

	it('answers 403 to a batch that Runflow does not know', async () => {
		runflow().get(path).reply(404, { code: 'NOT_FOUND', message: 'no' });
		expect(await receive()).toMatchObject({ status: 403, started: undefined });
	});

	it.each([401, 402, 403, 422])('answers 503 when Runflow answers %d', async (code) => {
		runflow().get(path).reply(code, { code: 'X', message: 'no' });
		expect(await receive()).toMatchObject({ status: 503, started: undefined });
	});

	it('tries once more, and answers 503 when that fails too', async () => {
		runflow().get(path).times(2).reply(503, { code: 'X', message: 'no' }, { 'retry-after': '0' });
		expect(await receive()).toMatchObject({ status: 503, started: undefined });
		expect(requests()).toHaveLength(2);
	});

	it.each(['hello', '{}', callbackBody({ batch_id: '../auth/me' }).toString()])(
		'answers 400 to %s without asking',
		async (body) => {
			expect(await receive(Buffer.from(body))).toMatchObject({ status: 400, started: undefined });
			expect(requests()).toEqual([]);
		},
	);
});
