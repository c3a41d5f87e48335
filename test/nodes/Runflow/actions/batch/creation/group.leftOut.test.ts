import type { IDataObject } from 'n8n-workflow';

import { rejection } from '../../../../../fakes/api.ts';
import { emulatorOfEachTest } from '../../../../../fakes/emulatorOfEachTest.ts';
import { LONE_MODEL } from '../../../../../fakes/emulatedRun.ts';
import { payments, retry, Run } from '../../../../../fakes/executionChain.ts';

/*
 * A batch's key is made of its place alone, so that two ways to the same rows meet only where their
 * batches begin at the same one: also with Continue On Fail, where a row may be left out.
 */
const emulator = emulatorOfEachTest({ processingMs: 0, retryDelaysMs: [] });

const rows = (item: number): IDataObject => ({
	operation: 'create',
	itemJson: { row: item, prompt: 'good' },
});
/** The first row cannot be evaluated, as where an expression reads something that is gone. */
const withoutFirst = (item: number): IDataObject => {
	if (item === 0) return { operation: 'create', itemJson: 'no JSON' };
	return rows(item);
};
const twice = () => Object.entries(payments(emulator())).filter(([, times]) => times !== 1);

it('a killed n8n, then Retry, where the first row cannot be read this time', async () => {
	const base = { of: rows, items: 5, continueOnFail: true };
	await new Run(emulator(), base).execute(); // killed: nothing of it is remembered
	expect(emulator().batches.size).toBe(1);
	await new Run(emulator(), base).execute({ ...retry('101'), of: withoutFirst });
	expect(twice()).toEqual([]);
});

it('Retry pressed twice on one execution, the second time without the first row', async () => {
	// Without Continue On Fail at first, so that there is an execution to retry.
	const first = new Run(emulator(), { of: rows, items: 5 });
	emulator().faults.add({ on: /^POST .*\/batches$/, kind: 'status', status: 402, times: 1 });
	await rejection(first.execute());
	const second = first.fork();
	await first.execute({ ...retry('101'), continueOnFail: true });
	await second.execute({ ...retry('102'), continueOnFail: true, of: withoutFirst });
	expect(twice()).toEqual([]);
});

it('a row that is wrong at first, and right in the second press', async () => {
	const first = new Run(emulator(), { of: withoutFirst, items: 5, continueOnFail: true });
	await first.execute(); // rows 1 to 4; n8n is killed before it stores that
	await new Run(emulator(), { items: 5, continueOnFail: true }).execute({
		...retry('101'),
		of: rows,
	});
	expect(twice()).toEqual([]);
});

it.each(['batches', 'runs'])(
	'n8n was killed, and the rows come in anew, with one more in front: %s',
	async (what) => {
		// An execution that crashed before n8n stored anything begins with its trigger when it is retried.
		const at =
			(shift: number) =>
			(item: number): IDataObject => ({
				operation: 'create',
				...(what === 'runs'
					? { resource: 'run', model: LONE_MODEL, itemJson: { row: item - shift, prompt: 'good' } }
					: { inputMode: 'jsonArray', batchJson: [{ row: item - shift, prompt: 'good' }] }),
			});
		await new Run(emulator(), { of: at(0), items: 3 }).execute();
		const again = new Run(emulator(), { of: at(1), items: 4, continueOnFail: true });
		await again.execute(retry('101'));
		expect(twice()).toEqual([]);
	},
);
