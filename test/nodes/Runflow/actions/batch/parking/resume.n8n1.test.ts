import { BATCH_ID, callbackBody } from '../../../../../fakes/callbacks.ts';
import { fakeClock } from '../../../../../fakes/clock.ts';
import { batchIdOf } from '../../../../../fakes/createRun.ts';
import { withoutNetwork } from '../../../../../fakes/network.ts';
import { resumeParked } from '../../../../../fakes/resumeRun.ts';
import { answerBatch } from '../../../../../fakes/waitingContext.ts';

jest.mock('../../../../../../nodes/Runflow/host/run/resumesOnce.ts', () => ({
	resumesOnce: () => false,
}));

withoutNetwork();

const B = batchIdOf(1);
const body = callbackBody();
const awaiting = { runIndex: 0, batches: [{ id: BATCH_ID, itemIndexes: [0] }], failed: [] };
let executions = 0;
/** The callback that is awaited, of an execution of the test's own. */
const awaited = () => ({ body, awaiting, executionId: `in-n8n-1-${executions++}` });
const startedOf = (outcomes: Array<{ started?: unknown }>) =>
	outcomes.map(({ started }) => started !== undefined);

describe('an execution that n8n 1 has parked', () => {
	it('goes on once where its callback is sent several times at the same moment', async () => {
		const setup = awaited();
		const outcomes = await Promise.all(
			[1, 2, 3].map(async () => await resumeParked({ ...setup, goesOnWith: 200 })),
		);
		expect(startedOf(outcomes)).toEqual([true, false, false]);
		expect(outcomes.map(({ status }) => status)).toEqual([200, 200, 200]);
	});

	it('goes on once where the callbacks of the last two batches come at the same moment', async () => {
		const batches = [BATCH_ID, B].map((id) => ({ id, itemIndexes: [0] }));
		const setup = { ...awaited(), awaiting: { ...awaiting, batches } };
		answerBatch(B, 'succeeded');
		const bodies = [body, callbackBody({ batch_id: B })];
		const outcomes = await Promise.all(
			bodies.map(async (each) => await resumeParked({ ...setup, body: each })),
		);
		expect(startedOf(outcomes).filter(Boolean)).toHaveLength(1);
		expect(outcomes.map(({ status }) => status)).toEqual([200, 200]);
	});

	it('goes on by a repeat where n8n failed to, and by one of several alone', async () => {
		const setup = awaited();
		const first = await resumeParked({ ...setup, goesOnWith: 500 });
		expect([first.status, startedOf([first])]).toEqual([500, [true]]);
		const outcomes = await Promise.all([1, 2].map(async () => await resumeParked(setup)));
		expect(startedOf(outcomes)).toEqual([true, false]);
	});

	it('lets a repeat wait until n8n has failed, and go on then', async () => {
		const setup = awaited();
		const first = await resumeParked({ ...setup, goesOnWith: 'later' });
		const repeat = resumeParked(setup);
		first.response.status(500).json({}).close(true);
		expect((await repeat).started).toBeDefined();
	});

	describe('whose n8n has reached its concurrency limit', () => {
		it('is resumed by no repeat however late, which is answered 503', async () => {
			const setup = awaited();
			const first = await resumeParked({ ...setup, goesOnWith: 'later' });
			// Runflow hangs up after some seconds, and delivers again.
			first.response.close(false);
			const repeat = await resumeParked({ ...setup, edition: { clock: fakeClock() } });
			expect([repeat.status, repeat.started]).toEqual([503, undefined]);
		});

		it.each([
			[200, 'no repeat once n8n has stored it', false],
			[500, 'a repeat once n8n has failed', true],
		] as const)('is resumed, after a hang-up and %d, by %s', async (status, _, goesOn) => {
			const setup = awaited();
			const first = await resumeParked({ ...setup, goesOnWith: 'later' });
			first.response.close(false);
			first.response.status(status).json({});
			expect((await resumeParked(setup)).started !== undefined).toBe(goesOn);
		});
	});

	it('goes on again where the same run is parked for other batches', async () => {
		const setup = awaited();
		const later = { ...awaiting, batches: [{ id: B, itemIndexes: [0] }] };
		const outcomes = [
			await resumeParked(setup),
			await resumeParked({ ...setup, body: callbackBody({ batch_id: B }), awaiting: later }),
		];
		expect(startedOf(outcomes)).toEqual([true, true]);
	});

	it('goes on again in another round of a loop', async () => {
		const setup = awaited();
		const round = { ...setup, awaiting: { ...awaiting, runIndex: 1 } };
		const outcomes = [await resumeParked(setup), await resumeParked(round)];
		expect(startedOf(outcomes)).toEqual([true, true]);
	});
});
