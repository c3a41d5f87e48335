import { startEmulator, type Emulator } from '../../../../emulator/emulator.ts';
import { fakeClock } from '../../../../fakes/clock.ts';
import { LONE_MODEL, runEmulated } from '../../../../fakes/emulatedRun.ts';

const RUN_ID = 'b1a2c3d4-0000-4000-8000-000000000010';

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 0 });
});
afterEach(async () => await emulator.close());

const creation = {
	operation: 'createAndWait',
	model: LONE_MODEL,
	inputMode: 'jsonPerItem',
	waitFor: 'polling',
	timeout: 1,
	pollInterval: 0.001,
	options: {},
};

describe('Run > Create and Wait', () => {
	it('returns the result of each run on its item, and makes no batch', async () => {
		const itemJson = { prompt: 'a', client_ref: 'mine' };
		const output = await runEmulated(emulator, { ...creation, itemJson }, { items: 2 });
		expect([emulator.batches.size, emulator.runs.size]).toEqual([0, 2]);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(output[0].json).toMatchObject({
			status_code: 'succeeded',
			batch_id: null,
			client_ref: 'mine',
			cost: '0.10',
			error: null,
		});
	});

	it('waits no more for a run that has ended in a state that nobody knows', async () => {
		const completed_at = '2026-05-06T10:00:01.000+00:00';
		const body = { id: RUN_ID, status_code: 'expired', completed_at };
		emulator.faults.add({ on: /^GET \/v1\/runs\//, kind: 'status', status: 200, body, times: 9 });
		const output = await runEmulated(
			emulator,
			{ ...creation, itemJson: { prompt: 'a' } },
			{ edition: { clock: fakeClock() } },
		);
		expect(output[0].json).toMatchObject({
			status_code: 'failed',
			error: { message: "The run ended in the state 'expired'" },
		});
	});

	it('makes runs of a model that takes batches, too', async () => {
		const model = { __rl: true, mode: 'id', value: 'acme/undeclared' };
		const output = await runEmulated(emulator, { ...creation, model, itemJson: { prompt: 'a' } });
		expect(output[0].json.status_code).toBe('succeeded');
		expect([emulator.batches.size, emulator.runs.size]).toEqual([0, 1]);
	});
});
