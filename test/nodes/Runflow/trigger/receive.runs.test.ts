import { RUN_EVENTS } from '../../../../nodes/Runflow/runflow/index.ts';
import { BATCH_ID } from '../../../fakes/callbacks.ts';
import { requests, runflow, withoutNetwork } from '../../../fakes/network.ts';
import { receiveCallback } from '../../../fakes/receiveRun.ts';
import { resumeParked } from '../../../fakes/resumeRun.ts';

withoutNetwork();

const RUN_ID = 'b1a2c3d4-0000-4000-8000-000000000010';
const output = { outputs: [{ type: 'image', url: 'https://files.runflow.test/a.png' }] };

function runBody(change: Record<string, unknown> = {}): Buffer {
	return Buffer.from(
		JSON.stringify({
			event: 'run.completed',
			run_id: RUN_ID,
			status: 'succeeded',
			output,
			duration_ms: 12,
			created_at: '2026-05-06T10:00:00.000+00:00',
			completed_at: '2026-05-06T10:00:01.000+00:00',
			metadata: { order: 1, client_ref: 'mine' },
			...change,
		}),
	);
}

let workflows = 0;
const receive = async (body: Buffer, parameters = {}, workflowId = `run-events-${++workflows}`) =>
	await receiveCallback({
		body,
		parameters: { events: [...RUN_EVENTS], ...parameters },
		workflowId,
	});

describe('Runflow Trigger: the callback of a run', () => {
	it('starts the workflow with what it says', async () => {
		const { status, started } = await receive(runBody({ spare: 1 }));
		expect(status).toBe(200);
		expect(started).toEqual([{ json: JSON.parse(runBody({ spare: 1 }).toString()) }]);
	});

	it.each([
		['run.completed', 'completed', 'run.completed', 'succeeded'],
		['run.failed', 'failed', 'run.failed', 'failed'],
		['run.cancelled', 'canceled', 'run.cancelled', 'cancelled'],
		['run.canceled', 'cancelled', 'run.cancelled', 'cancelled'],
		['run.partial_succeeded', 'partial_succeeded', 'run.partial_succeeded', 'partial_succeeded'],
	])('of %s and %s comes out as %s and %s', async (event, status, toldEvent, toldStatus) => {
		const { started } = await receive(runBody({ event, status }));
		expect(started?.[0].json).toMatchObject({ event: toldEvent, status: toldStatus });
	});

	it('is one item in the shape of every row', async () => {
		const { started } = await receive(runBody(), { output: 'items' });
		expect(started).toEqual([
			{
				json: {
					event: 'run.completed',
					metadata: { order: 1, client_ref: 'mine' },
					completed_at: '2026-05-06T10:00:01.000+00:00',
					status_code: 'succeeded',
					output,
					urls: ['https://files.runflow.test/a.png'],
					error: null,
					id: RUN_ID,
					run_id: RUN_ID,
					batch_id: null,
					sequence_index: null,
					client_ref: 'mine',
					cost: null,
				},
			},
		]);
	});

	it('has the error that a failed run brings in place of its output', async () => {
		const error = { code: 'MODEL_ERROR', message: 'bad' };
		const body = runBody({ event: 'run.failed', status: 'failed', output: error });
		const { started } = await receive(body, { output: 'items' });
		expect(started?.[0].json).toMatchObject({ status_code: 'failed', output: null, error });
	});

	it('starts nothing where events of batches alone are chosen, as in workflows saved before', async () => {
		const events = ['batch.succeeded', 'batch.failed', 'batch.cancelled'];
		const { status, started } = await receive(runBody(), { events });
		expect([status, started]).toEqual([200, undefined]);
	});

	it('does not start where the metadata does not match', async () => {
		const conditions = [{ key: 'order', value: '2' }];
		const options = { metadataFilter: { conditions } };
		expect(await receive(runBody(), { options })).toMatchObject({ started: undefined });
	});

	it('is dropped when it was here before, unless somebody asked for it', async () => {
		const deliveries = (list: object[]) =>
			runflow().get(`/v1/runs/${RUN_ID}/callback`).reply(200, JSON.stringify(list));
		await receive(runBody(), {}, 'run-repeats');
		deliveries([]);
		expect((await receive(runBody(), {}, 'run-repeats')).started).toBeUndefined();
		deliveries([{ id: 'd-1', is_automatic: false }]);
		expect((await receive(runBody(), {}, 'run-repeats')).started).toHaveLength(1);
	});

	it.each([
		[{ run_id: 'no uuid' }, 'run_id is not a UUID.'],
		[{ status: 'failed' }, 'event and status do not name'],
		[{ event: 'run.started' }, 'event and status do not name'],
		[{ status: 1 }, 'wrong or missing: status'],
		[{ metadata: [] }, 'wrong or missing: metadata'],
	])('is refused with 400 for %j', async (change, message) => {
		const { status, answer } = await receive(runBody(change));
		expect([status, answer.message]).toEqual([400, expect.stringContaining(message)]);
	});

	it.each(['signature', 'api'])(
		'is refused with 400 for an odd event (%s)',
		async (authenticity) => {
			for (const event of [{ toString: 1, valueOf: 1 }, ['run.completed'], null]) {
				const { status, started } = await receive(runBody({ event }), { authenticity });
				expect([status, started]).toEqual([400, undefined]);
			}
		},
	);

	it('is refused with 401 when its signature is wrong', async () => {
		const headers = { 'runflow-signature': '0'.repeat(64) };
		expect(await receiveCallback({ body: runBody(), headers })).toMatchObject({ status: 401 });
	});
});

describe('Runflow Trigger: the callback of a run, asking the API', () => {
	const api = { authenticity: 'api' };
	const answer = (status: number, body: object) =>
		runflow().get(`/v1/runs/${RUN_ID}`).query(true).reply(status, JSON.stringify(body));

	it('believes what Runflow says, and nothing of the body', async () => {
		answer(200, {
			id: RUN_ID,
			status_code: 'failed',
			failure_code: 'C',
			failure_message: 'm',
			metadata: { real: true },
		});
		const { started } = await receive(runBody(), api);
		expect(started?.[0].json).toMatchObject({
			event: 'run.failed',
			status: 'failed',
			output: { code: 'C', message: 'm' },
			metadata: { real: true },
		});
	});

	it('takes a run for failed that has ended in a state that nobody knows', async () => {
		answer(200, { id: RUN_ID, status_code: 'expired', completed_at: '2026-05-06T10:00:01Z' });
		const { started } = await receive(runBody(), api);
		expect(started?.[0].json).toMatchObject({
			event: 'run.failed',
			output: { message: "The run ended in the state 'expired'" },
		});
	});

	it.each([
		[200, { id: RUN_ID, status_code: 'running' }, 503],
		[404, { code: 'RUN_NOT_FOUND', message: 'no' }, 403],
		[403, { code: 'PERMISSION_DENIED', message: 'no' }, 503],
	])('answers %d %j with %d', async (status, body, expected) => {
		answer(status, body);
		expect(await receive(runBody(), api)).toMatchObject({ status: expected, started: undefined });
	});
});

it('a parked node takes no callback of a run that it does not await', async () => {
	const awaiting = { runIndex: 0, batches: [{ id: BATCH_ID, itemIndexes: [0] }], failed: [] };
	const outcome = await resumeParked({ body: runBody(), awaiting });
	expect(outcome).toMatchObject({ status: 200, started: undefined, disabled: true });
	expect(requests()).toEqual([]);
});
