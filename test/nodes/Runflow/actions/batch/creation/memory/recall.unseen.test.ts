import type { IDataObject } from 'n8n-workflow';

import { rejection } from '../../../../../../fakes/api.ts';
import { emulatorOfEachTest } from '../../../../../../fakes/emulatorOfEachTest.ts';
import { LONE_MODEL } from '../../../../../../fakes/emulatedRun.ts';
import { payments, prompts, retry, Run } from '../../../../../../fakes/executionChain.ts';

/* What was made a moment ago Runflow may not show yet, as settle.ts has it too. */
const emulator = emulatorOfEachTest({ processingMs: 0, retryDelaysMs: [] });

it('a batch that Runflow does not show for a moment is not bought again', async () => {
	const run = new Run(emulator(), { of: prompts('good', { operation: 'create' }), items: 150 });
	emulator().faults.add({
		on: /^POST .*\/batches$/,
		kind: 'status',
		status: 402,
		skip: 1,
		times: 1,
	});
	await rejection(run.execute());
	expect(emulator().batches.size).toBe(1);
	// Right after it, Retry: the batch is there and paid for, and cannot be read yet, once.
	emulator().faults.add({
		on: /^GET \/v1\/batches\//,
		kind: 'status',
		status: 404,
		code: 'NOT_FOUND',
		times: 1,
	});
	await run.execute(retry('101')).catch(() => {});
	expect(Object.values(payments(emulator())).filter((times) => times !== 1)).toEqual([]);
});

it.each(['honoured', 'ignored'] as const)(
	'a run that Runflow does not show for a moment is not bought again, keys %s',
	async (runKeys) => {
		emulator().settings.runKeys = runKeys;
		const of = (item: number): IDataObject => ({
			resource: 'run',
			operation: 'create',
			model: LONE_MODEL,
			itemJson: { row: item, prompt: 'good' },
		});
		const run = new Run(emulator(), { of });
		emulator().faults.add({
			on: /^POST .*\/runs$/,
			kind: 'status',
			status: 402,
			skip: 2,
			times: 1,
		});
		await rejection(run.execute());
		expect(emulator().runs.size).toBe(2);
		emulator().faults.add({ on: /^GET \/v1\/runs\/[^?]+/, kind: 'status', status: 404, times: 1 });
		await run.execute(retry('101')).catch(() => {});
		expect(payments(emulator())).toEqual({ 0: 1, 1: 1, 2: 1 });
	},
);
