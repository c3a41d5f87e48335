import type { IDataObject } from 'n8n-workflow';

import { rejection } from '../../../../../../fakes/api.ts';
import { emulatorOfEachTest } from '../../../../../../fakes/emulatorOfEachTest.ts';
import { retry, Run, statuses, type Try } from '../../../../../../fakes/executionChain.ts';

/* What is kept of a row that was corrected takes no try from the corrected one. */
const emulator = emulatorOfEachTest({ processingMs: 0, retryDelaysMs: [] });

it('a corrected row is tried as often as is said', async () => {
	const of =
		(prompt: string) =>
		(item: number): IDataObject => ({
			itemJson: { row: item, prompt: item === 5 ? prompt : 'fine' },
			onFailedItems: 'output',
			options: { tryFailedRowsAgain: 1 },
		});
	const refuse = (skip: number) =>
		emulator().faults.add({
			on: /^POST .*\/batches$/,
			kind: 'status',
			status: 402,
			skip,
			times: 1,
		});
	const corrected: Try = {
		of: of('[fail 1 corrected]'),
		storedParameters: { itemJson: '={{ corrected }}' },
	};
	const run = new Run(emulator(), { items: 150 });
	emulator().holdBatches();
	refuse(1);
	await rejection(run.execute({ of: of('[fail 9 wrong]') })); // rows 0 to 99 run
	refuse(0);
	await rejection(run.execute({ ...retry('101'), ...corrected })); // nothing new was made
	emulator().release();
	await emulator().settled(); // row 5 as it was has failed
	const output = await run.execute({ ...retry('102'), ...corrected });
	expect(statuses(output).filter((status) => status !== 'succeeded')).toEqual([]);
});
