import { NodeOperationError, WAIT_INDEFINITELY } from 'n8n-workflow';

import { waitForBatches } from '../../../../../../nodes/Runflow/actions/batch/parking/waitForBatches.ts';
import type { WaitSettings } from '../../../../../../nodes/Runflow/actions/batch/parking/waitSettings.ts';
import { fakeApi, rejection } from '../../../../../fakes/api.ts';
import { batchIdOf } from '../../../../../fakes/createRun.ts';
import { requests, runflow, withoutNetwork } from '../../../../../fakes/network.ts';
import { answerBatch, RESUME_URL, waitingContext } from '../../../../../fakes/waitingContext.ts';

withoutNetwork();

const [A, B] = [batchIdOf(0), batchIdOf(100)];

interface Circumstances {
	signal?: AbortSignal;
	/** Whether the callback has come. */
	resumed?: boolean;
	/** Batches whose callback goes elsewhere. */
	polled?: string[];
	concurrency?: number;
}

/** Settles batches; polling asks every millisecond. */
async function settled(
	change: Partial<WaitSettings>,
	ids = [A],
	{ signal, resumed = false, polled = [], concurrency = 16 }: Circumstances = {},
) {
	const parameters = { requestOptions: { concurrency } };
	const { context, parkedUntil, metadata } = waitingContext({ parameters, signal });
	const settings: WaitSettings = {
		waitFor: 'callback',
		isAutomatic: false,
		timeoutMs: 90 * 60_000,
		pollIntervalMs: 1,
		onTimeout: 'error',
		onFailedItems: 'output',
		...change,
	};
	const batches = ids.map((id) => ({ id, itemIndexes: [0], callsBack: !polled.includes(id) }));
	const waited = await waitForBatches(context, fakeApi(), batches, settings, {
		resumed,
		areNew: false,
	});
	const statuses =
		waited.ended === 'parked' ? undefined : ids.map((id) => waited.states.get(id)?.status_code);
	return { statuses, parkedUntil, metadata };
}

describe('settle by callback', () => {
	it('does not park when all batches are finished already', async () => {
		answerBatch(A, 'succeeded');
		answerBatch(B, 'canceled');
		expect(await settled({}, [A, B])).toEqual({
			statuses: ['succeeded', 'canceled'],
			parkedUntil: [],
			metadata: [],
		});
	});

	it('parks until the time limit when one is not, and shows the resume URL', async () => {
		answerBatch(A, 'succeeded');
		answerBatch(B, 'running');
		const before = Date.now();
		const { statuses, parkedUntil, metadata } = await settled({}, [A, B]);
		const after = Date.now();
		expect(statuses).toBeUndefined();
		expect(parkedUntil).toHaveLength(1);
		expect(parkedUntil[0].getTime()).toBeGreaterThanOrEqual(before + 90 * 60_000);
		expect(parkedUntil[0].getTime()).toBeLessThanOrEqual(after + 90 * 60_000);
		expect(metadata).toEqual([expect.objectContaining({ resumeUrl: RESUME_URL })]);
		expect(requests()).toHaveLength(2);
	});

	it('parks where the state cannot be read at the moment: the callback comes in any case', async () => {
		for (let tries = 0; tries < 5; tries++) runflow().get(`/v1/batches/${A}`).reply(503, {});
		expect((await settled({})).parkedUntil).toHaveLength(1);
	});

	it('fails instead once the callback has come, for it does not come again', async () => {
		runflow().get(`/v1/batches/${A}`).reply(401, {});
		expect(await rejection(settled({}, [A], { resumed: true }))).toMatchObject({ status: 401 });
	});

	it('parks for ever without a time limit', async () => {
		answerBatch(A, 'queued');
		expect((await settled({ timeoutMs: Infinity })).parkedUntil).toEqual([WAIT_INDEFINITELY]);
	});

	it('parks, whatever is to be done at the time limit of polling', async () => {
		answerBatch(A, 'queued');
		expect((await settled({ onTimeout: 'output' })).statuses).toBeUndefined();
	});
});

describe('settle by polling', () => {
	it('asks until all are finished, and never parks', async () => {
		for (const state of ['queued', 'running', 'partial_succeeded']) answerBatch(A, state);
		const { statuses, parkedUntil } = await settled({ waitFor: 'polling' });
		expect([statuses, parkedUntil]).toEqual([['partial_succeeded'], []]);
	});

	it('fails at the time limit, and names what is still running', async () => {
		answerBatch(A, 'succeeded');
		answerBatch(B, 'running');
		const settling = settled({ waitFor: 'polling', timeoutMs: 0 }, [A, B]);
		const error = (await rejection(settling)) as NodeOperationError;
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error.message).toBe('Runflow did not finish within 0 minutes');
		expect(error.description).toContain(`Still running: ${B}.`);
		expect(error.description).not.toContain(A);
	});

	it('gives the states so far at the time limit when told to', async () => {
		answerBatch(A, 'running');
		const { statuses, parkedUntil } = await settled({
			waitFor: 'polling',
			timeoutMs: 0,
			onTimeout: 'output',
		});
		expect([statuses, parkedUntil]).toEqual([['running'], []]);
	});

	it('ends with the execution', async () => {
		const controller = new AbortController();
		answerBatch(A, 'running');
		const settings = { waitFor: 'polling' as const, pollIntervalMs: 3_600_000 };
		const settling = settled(settings, [A], { signal: controller.signal });
		setImmediate(() => controller.abort());
		expect(await rejection(settling)).toMatchObject({ name: 'RequestCancelledError' });
	});
});

describe('waiting by callback for batches whose callback goes elsewhere', () => {
	it('asks for them until they are finished, and parks for the others', async () => {
		for (const state of ['queued', 'running', 'succeeded']) answerBatch(A, state);
		answerBatch(B, 'running');
		const { statuses, parkedUntil } = await settled({}, [A, B], { polled: [A] });
		expect([statuses, parkedUntil.length]).toEqual([undefined, 1]);
	});

	it('never parks for them: their callback would not come', async () => {
		answerBatch(A, 'running');
		const waiting = settled({ timeoutMs: 0 }, [A], { polled: [A] });
		expect(await rejection(waiting)).toMatchObject({
			message: 'Runflow did not finish within 0 minutes',
		});
	});
});

describe('waiting for many batches', () => {
	it.each(['polling', 'callback'] as const)(
		'keeps to Concurrent Requests, by %s',
		async (waitFor) => {
			const ids = Array.from({ length: 30 }, (_, index) => batchIdOf(index));
			let underWay = 0;
			let most = 0;
			for (const id of ids) {
				runflow()
					.get(`/v1/batches/${id}`)
					.reply(async () => {
						most = Math.max(most, ++underWay);
						await new Promise((resolve) => setImmediate(resolve));
						underWay--;
						return [200, { id, status_code: 'succeeded' }];
					});
			}
			await settled({ waitFor }, ids, { concurrency: 2 });
			expect(most).toBe(2);
		},
	);
});
