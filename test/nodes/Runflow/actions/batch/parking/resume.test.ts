import type { Awaiting } from '../../../../../../nodes/Runflow/actions/batch/parking/awaiting.ts';
import { BATCH_ID, callbackBody } from '../../../../../fakes/callbacks.ts';
import { batchIdOf } from '../../../../../fakes/createRun.ts';
import { requests, runflow, withoutNetwork } from '../../../../../fakes/network.ts';
import { credential, PREVIOUS_SECRET } from '../../../../../fakes/node.ts';
import { signed } from '../../../../../fakes/receiveRun.ts';
import { resumeParked } from '../../../../../fakes/resumeRun.ts';
import { answerBatch } from '../../../../../fakes/waitingContext.ts';

withoutNetwork();

const body = callbackBody();
const [B, C] = [batchIdOf(1), batchIdOf(2)];
const awaitingOf = (...ids: string[]): Awaiting => ({
	runIndex: 0,
	batches: ids.map((id) => ({ id, itemIndexes: [0] })),
	failed: [],
});
const awaiting = awaitingOf(BATCH_ID);
const withoutSecret = { ...credential, callbackSecret: ' ', previousCallbackSecret: '' };
const PARKED = { started: undefined, disabled: true };

describe('a callback to a parked node', () => {
	it('has n8n run the node again on its own input', async () => {
		const input = [{ json: { row: 0 } }, { json: { row: 1 } }];
		const outcome = await resumeParked({ body, awaiting, input });
		expect(outcome).toMatchObject({
			status: 200,
			answer: { received: true, message: 'The execution goes on.' },
			started: input,
			disabled: false,
			warnings: [],
		});
		expect(requests()).toEqual([]);
	});

	it('is accepted with the previous secret, and read where n8n has not read it', async () => {
		const headers = signed(body, PREVIOUS_SECRET);
		const outcome = await resumeParked({ body, headers, awaiting, bodyIsRead: false });
		expect(outcome).toMatchObject({ status: 200, disabled: false });
	});

	it.each(['my "best" node', "it's", 'back\\slash'])(
		'finds the node named %j',
		async (nodeName) => {
			expect(await resumeParked({ body, awaiting, nodeName })).toMatchObject({ disabled: false });
		},
	);

	it('leaves it to later n8n which of two callbacks of the same moment goes on', async () => {
		const executionId = 'of two at once';
		const outcomes = await Promise.all(
			[1, 2].map(async () => await resumeParked({ body, awaiting, executionId })),
		);
		expect(outcomes.filter(({ started }) => started)).toHaveLength(2);
	});

	it('goes on again after another round of a loop, however soon it is', async () => {
		const executionId = 'of a loop';
		const started = [];
		for (const runIndex of [0, 1]) {
			const round = { ...awaiting, runIndex };
			started.push((await resumeParked({ body, awaiting: round, executionId })).started);
		}
		expect(started).toEqual([expect.anything(), expect.anything()]);
	});

	it('goes on again for the new batch of failed rows, however soon that is finished', async () => {
		const executionId = 'of failed rows';
		const first = { body, awaiting, executionId };
		const again = {
			...awaitingOf(BATCH_ID, B),
			batches: [
				{ id: BATCH_ID, itemIndexes: [0, null], callsBack: false, tries: 1 },
				{ id: B, itemIndexes: [1], callsBack: true, tries: 2 },
			],
		};
		const second = { body: callbackBody({ batch_id: B }), awaiting: again, executionId };
		const outcomes = [];
		for (const setup of [first, { ...first, awaiting: again }, second]) {
			outcomes.push((await resumeParked(setup)).started !== undefined);
		}
		expect(outcomes).toEqual([true, false, true]);
		expect(requests()).toEqual([]);
	});

	it('goes on when a batch that is named twice is the only one', async () => {
		const twice = awaitingOf(BATCH_ID, BATCH_ID);
		expect(await resumeParked({ body, awaiting: twice })).toMatchObject({ disabled: false });
	});

	describe('that comes from a run', () => {
		const runBody = (change: object = {}) =>
			Buffer.from(
				JSON.stringify({ event: 'run.completed', run_id: B, status: 'succeeded', ...change }),
			);
		const runs = (...ids: string[]): Awaiting => ({
			...awaiting,
			batches: ids.map((id, item) => ({ id, isRun: true, itemIndexes: [item], callsBack: true })),
		});

		it('goes on with the execution when it is the last one', async () => {
			const executionId = 'of runs';
			const [first, last] = [
				runBody({ run_id: C, event: 'run.failed', status: 'failed' }),
				runBody(),
			];
			runflow()
				.get(`/v1/runs/${B}`)
				.query(true)
				.reply(200, { id: B, status_code: 'running' })
				.persist();
			const waiting = runs(C, B);
			expect(await resumeParked({ body: first, awaiting: waiting, executionId })).toMatchObject({
				status: 200,
				...PARKED,
			});
			expect(await resumeParked({ body: last, awaiting: waiting, executionId })).toMatchObject({
				disabled: false,
			});
		});

		it('is read back where there is no secret to verify it by', async () => {
			runflow().get(`/v1/runs/${B}`).query(true).reply(200, { id: B, status_code: 'succeeded' });
			const setup = { body: runBody(), headers: {}, awaiting: runs(B), credential: withoutSecret };
			expect(await resumeParked(setup)).toMatchObject({ status: 200, disabled: false });
		});

		it.each([
			['a run that is not awaited', runs(C)],
			['a run whose id a batch has', awaitingOf(B)],
		])('changes nothing for %s', async (_, other) => {
			expect(await resumeParked({ body: runBody(), awaiting: other })).toMatchObject({
				status: 200,
				...PARKED,
			});
		});

		it('is refused with a signature that is not right', async () => {
			const headers = signed(body);
			const outcome = await resumeParked({ body: runBody(), headers, awaiting: runs(B) });
			expect(outcome).toMatchObject({ status: 401, ...PARKED });
		});
	});

	it('asks for nothing that was polled before the node was parked, such as runs', async () => {
		const lone = { id: B, isRun: true, itemIndexes: [1], callsBack: false };
		const beside = { ...awaiting, batches: [...awaiting.batches, lone] };
		expect(await resumeParked({ body, awaiting: beside })).toMatchObject({ disabled: false });
		expect(requests()).toEqual([]);
	});

	it('is answered 503, so that it comes again, while what the node kept is not to be seen', async () => {
		const outcome = await resumeParked({ body, awaiting: undefined });
		expect(outcome).toMatchObject({ status: 503, answer: { received: false }, ...PARKED });
	});

	it.each<[string, Awaiting]>([
		['another batch', awaitingOf(B)],
		['no batch', awaitingOf()],
	])('is answered 200 and changes nothing where the node awaits %s', async (_, other) => {
		const outcome = await resumeParked({ body, awaiting: other });
		expect(outcome).toMatchObject({ status: 200, answer: { received: true }, ...PARKED });
	});
});

describe('a callback to a node that awaits several batches', () => {
	const several = awaitingOf(B, BATCH_ID, C, B);

	it('leaves it parked while others are not finished', async () => {
		for (let read = 0; read < 2; read++) answerBatch(C, 'queued');
		expect(await resumeParked({ body, awaiting: several })).toMatchObject({
			status: 200,
			answer: { message: 'The execution waits for more of its batches.' },
			...PARKED,
		});
		// The first answer can be behind the times.
		expect(requests()).toHaveLength(2);
	});

	it('leaves it parked when the last is finished and another is not', async () => {
		answerBatch(C, 'succeeded');
		answerBatch(B, 'running');
		expect(await resumeParked({ body, awaiting: several })).toMatchObject(PARKED);
	});

	it('does not ask again for what called or was found finished', async () => {
		const executionId = 'of several callbacks';
		answerBatch(C, 'succeeded');
		for (let read = 0; read < 2; read++) answerBatch(B, 'running');
		await resumeParked({ body, awaiting: several, executionId });
		const last = { body: callbackBody({ batch_id: B }), awaiting: several, executionId };
		expect(await resumeParked(last)).toMatchObject({ status: 200, disabled: false });
		expect(requests()).toHaveLength(3);
	});

	it('knows nothing of what another execution found finished', async () => {
		for (const executionId of ['one', 'another']) {
			answerBatch(C, 'succeeded');
			answerBatch(B, 'succeeded');
			await resumeParked({ body, awaiting: several, executionId });
		}
		expect(requests()).toHaveLength(4);
	});

	it('resumes it however many others it has to ask for', async () => {
		const ids = Array.from({ length: 40 }, (_, index) => batchIdOf(index + 1));
		for (const id of ids) answerBatch(id, 'succeeded');
		const outcome = await resumeParked({ body, awaiting: awaitingOf(BATCH_ID, ...ids) });
		expect(outcome).toMatchObject({ status: 200, disabled: false });
		expect(requests()).toHaveLength(40);
	});

	it('resumes it when all others are finished', async () => {
		answerBatch(B, 'failed');
		answerBatch(C, 'canceled');
		expect(await resumeParked({ body, awaiting: several })).toMatchObject({
			status: 200,
			disabled: false,
		});
	});

	it('is answered 503, so that it comes again, when the others cannot be read', async () => {
		runflow().get(`/v1/batches/${C}`).reply(401, { code: 'UNAUTHORIZED', message: 'no' });
		expect(await resumeParked({ body, awaiting: several })).toMatchObject({
			status: 503,
			answer: { received: false },
			...PARKED,
		});
	});
});
