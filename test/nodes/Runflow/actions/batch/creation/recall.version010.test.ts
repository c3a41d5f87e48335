import type { IDataObject } from 'n8n-workflow';

import { startEmulator, type Emulator } from '../../../../../emulator/emulator.ts';
import { rejection } from '../../../../../fakes/api.ts';
import { oneErrorRealm } from '../../../../../fakes/realm.ts';
import { retry, Run } from '../../../../../fakes/executionChain.ts';

oneErrorRealm();
let emulator: Emulator;
beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 0, retryDelaysMs: [] });
});
afterEach(async () => {
	await emulator.close();
});

const prompts =
	(prompt: string, more: IDataObject = {}) =>
	(item: number): IDataObject => ({
		itemJson: { row: item, prompt },
		...more,
	});

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
		const old = new Run(emulator, { of: prompts('[fail]'), workflowId: 'as 0.1.0 made keys' });
		await rejection(old.execute());
		const [id] = emulator.batches.keys();
		const run = new Run(emulator, { of: prompts('good') }, kept(id));
		await run.execute(retry('101')).catch(() => {});
		expect(emulator.batches.size).toBe(2);
	});

	it('does not park an execution made by Retry for a callback that goes elsewhere', async () => {
		emulator.holdBatches();
		const old = new Run(emulator, { of: prompts('good', { waitFor: 'callback' }) });
		await old.execute();
		const [id] = emulator.batches.keys();
		const run = new Run(emulator, { of: prompts('good', { waitFor: 'callback' }) }, kept(id));
		await run.execute(retry('101')).catch(() => {});
		// Its callback goes to /webhook-waiting/100, which is over.
		expect(run.parkedUntil).toEqual([]);
	});
});
