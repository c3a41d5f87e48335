import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { rejection } from '../../../../../../fakes/api.ts';
import { emulatorOfEachTest } from '../../../../../../fakes/emulatorOfEachTest.ts';
import { payments, retry, Run } from '../../../../../../fakes/executionChain.ts';
import { creationRun } from '../../../../../../fakes/creationChain.ts';

/* Rows of a batch that nobody asks for this time may be asked for the next time. */
const emulator = emulatorOfEachTest({ processingMs: 0, retryDelaysMs: [] });

it('a correction that is taken back does not buy the row again', async () => {
	const of =
		(third: string) =>
		(item: number): IDataObject => ({
			operation: 'create',
			itemJson: { row: item, prompt: item === 2 ? third : 'good' },
		});
	const refuse = (skip: number) =>
		emulator().faults.add({
			on: /^POST .*\/batches$/,
			kind: 'status',
			status: 402,
			skip,
			times: 1,
		});
	const run = new Run(emulator(), { items: 150 });
	refuse(1); // rows 0 to 99 are bought, the others are not
	await rejection(run.execute({ of: of('good') }));
	refuse(0); // the corrected row is refused as well
	await rejection(
		run.execute({
			...retry('101'),
			of: of('corrected'),
			storedParameters: { itemJson: '={{ corrected }}' },
		}),
	);
	expect(emulator().batches.size).toBe(1);
	// The person takes the correction back, and presses Retry on the newest execution.
	await run.execute({ ...retry('102'), of: of('good') });
	expect(Object.entries(payments(emulator())).filter(([, times]) => times !== 1)).toEqual([]);
});

it('an agent that asks for the rows of an unfinished call one by one gets each of them from it', async () => {
	const call = (elements: IDataObject[]) => ({
		isTool: true,
		items: [{ json: { query: Math.random() } }] as INodeExecutionData[],
		change: {
			operation: 'createAndWait',
			inputMode: 'jsonArray',
			batchJson: elements,
			timeout: 0,
		},
	});
	const a = { row: 0, prompt: 'good' };
	const b = { row: 1, prompt: 'good' };
	const run = creationRun(emulator());
	emulator().holdBatches();
	await run.execute(call([a, b])); // handed over: being paid for
	await run.execute(call([a])); // goes on with the row of the first call
	await run.execute(call([b])); // so should this
	emulator().release();
	await emulator().settled();
	expect(payments(emulator())).toEqual({ 0: 1, 1: 1 });
});
