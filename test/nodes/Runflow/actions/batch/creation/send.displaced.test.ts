import type { IDataObject } from 'n8n-workflow';

import { emulatorOfEachTest } from '../../../../../fakes/emulatorOfEachTest.ts';
import { payments, Run } from '../../../../../fakes/executionChain.ts';
import { links } from '../../../../../fakes/creationChain.ts';

const emulator = emulatorOfEachTest({ processingMs: 0, retryDelaysMs: [] });
const POST = /^POST .*\/batches$/;
const conflict = (times: number, skip = 0) =>
	emulator().faults.add({ on: POST, kind: 'status', status: 409, code: 'CONFLICT', times, skip });

it('a first execution by a trigger, whose keys nobody can know, sends the others', async () => {
	conflict(1);
	const of = (item: number): IDataObject => ({
		operation: 'create',
		inputMode: 'jsonArray',
		batchJson: [{ row: item, prompt: 'good' }],
	});
	const output = await new Run(emulator(), { of, items: 4, continueOnFail: true }).execute();
	expect(links(output)).toEqual([0, 1, 2, 3]); // each has an outcome
	expect(payments(emulator())).toEqual({ 1: 1, 2: 1, 3: 1 });
});
