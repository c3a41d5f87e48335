import type { IDataObject } from 'n8n-workflow';

import { rejection } from '../../../../../../fakes/api.ts';
import { emulatorOfEachTest } from '../../../../../../fakes/emulatorOfEachTest.ts';
import { retry, Run, statuses, prompts } from '../../../../../../fakes/executionChain.ts';

const emulator = emulatorOfEachTest({ processingMs: 0, retryDelaysMs: [] });

describe("a key of the person's own", () => {
	const own = { options: { idempotencyKey: 'order-1' } };

	it('lets rows that all failed run again', async () => {
		const run = new Run(emulator(), { of: prompts('[fail]', own) });
		await rejection(run.execute());
		await rejection(run.execute(retry('101')));
		expect(emulator().batches.size).toBe(2);
	});

	it('lets rows that failed in several batches run again', async () => {
		const failing = (item: number): IDataObject => ({
			itemJson: { row: item, prompt: item === 3 || item >= 100 ? '[fail]' : 'good' },
			...own,
		});
		const run = new Run(emulator(), { of: failing, items: 150 });
		await rejection(run.execute());
		const output = await run.execute({ ...retry('101'), of: prompts('good', own), items: 150 });
		expect(statuses(output)).toEqual(Array(150).fill('succeeded'));
	});
});

describe("one key of the person's own for several batches, Retry pressed twice", () => {
	it('gives none of them a key that another one of the run has', async () => {
		const of = (item: number): IDataObject => ({
			inputMode: 'jsonArray',
			batchJson: [{ row: item, prompt: '[fail]' }],
			options: { idempotencyKey: 'order-1' },
		});
		const first = new Run(emulator(), { of, items: 2 });
		await rejection(first.execute());
		const second = first.fork();
		await rejection(first.execute(retry('101')));
		// The keys that it plans lead to what the other press made, and that has failed.
		const error = await rejection(second.execute(retry('102')));
		expect((error as Error).message).toBe('2 of 2 rows failed');
		expect(emulator().batches.size).toBe(6);
	});
});
