import type { INodeExecutionData } from 'n8n-workflow';

import { rejection } from '../../../../../../fakes/api.ts';
import { creationRun } from '../../../../../../fakes/creationChain.ts';
import { emulatorOfEachTest } from '../../../../../../fakes/emulatorOfEachTest.ts';
import { payments, prompts, retry, Run, statuses } from '../../../../../../fakes/executionChain.ts';

const emulator = emulatorOfEachTest({ processingMs: 0, retryDelaysMs: [] });

it('Retry on the same execution runs failed rows however often it is pressed', async () => {
	const first = new Run(emulator(), { of: prompts('[fail 7 x]'), items: 1 });
	await rejection(first.execute());
	const made: number[] = [];
	for (let press = 1; press <= 8; press++) {
		const fork = first.fork();
		await fork.execute(retry(String(100 + press))).catch(() => {});
		made.push(emulator().batches.size);
	}
	// The model heals after seven times: the eighth try has the result.
	expect(payments(emulator())).toEqual({ 0: 1 });
	expect(made.slice(0, 7)).toEqual([2, 3, 4, 5, 6, 7, 8]);
});

it('an agent that calls again after the model failed has its rows run again', async () => {
	const call = () => ({
		isTool: true,
		items: [{ json: { query: Math.random() } }] as INodeExecutionData[],
		input: () => ({ row: 0, prompt: '[fail 1 x]' }),
		change: { operation: 'createAndWait', timeout: 1, onFailedItems: 'error' },
	});
	const run = creationRun(emulator());
	await rejection(run.execute(call()));
	const again = await run.execute(call()).catch((error: Error) => error.message);
	expect(typeof again === 'string' ? again : statuses(again)).toEqual(['succeeded']);
});
