import type { IDataObject } from 'n8n-workflow';

import { rejection } from '../../../../../../fakes/api.ts';
import { emulatorOfEachTest } from '../../../../../../fakes/emulatorOfEachTest.ts';
import { retry, Run, prompts } from '../../../../../../fakes/executionChain.ts';

const emulator = emulatorOfEachTest({ processingMs: 0, retryDelaysMs: [] });

describe('what version 0.1.0 kept', () => {
	const kept = (id: string): IDataObject => ({
		runflowAwaiting: JSON.stringify({
			runIndex: 0,
			batches: [{ id, itemIndexes: [0, 1, 2] }],
			failed: [],
		}),
		batchIds: [id],
	});

	it('does not come back as just run in an execution made by Retry', async () => {
		const old = new Run(emulator(), { of: prompts('[fail]'), workflowId: 'as 0.1.0 made keys' });
		await rejection(old.execute());
		const [id] = emulator().batches.keys();
		const run = new Run(emulator(), { of: prompts('good') }, kept(id));
		await run.execute(retry('101')).catch(() => {});
		expect(emulator().batches.size).toBe(2);
	});

	it('does not park an execution made by Retry for a callback that goes elsewhere', async () => {
		emulator().holdBatches();
		const old = new Run(emulator(), { of: prompts('good', { waitFor: 'callback' }) });
		await old.execute();
		const [id] = emulator().batches.keys();
		const run = new Run(emulator(), { of: prompts('good', { waitFor: 'callback' }) }, kept(id));
		await run.execute(retry('101')).catch(() => {});
		// Its callback goes to /webhook-waiting/100, which is over.
		expect(run.parkedUntil).toEqual([]);
	});
});
