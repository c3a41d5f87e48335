import type { IDataObject } from 'n8n-workflow';

import { emulatorOfEachTest } from '../../../../../../fakes/emulatorOfEachTest.ts';
import { LONE_MODEL } from '../../../../../../fakes/emulatedRun.ts';
import { rejection } from '../../../../../../fakes/api.ts';
import { payments, prompts, retry, Run } from '../../../../../../fakes/executionChain.ts';

/* Also where the creation has just given the batch back. */
const emulator = emulatorOfEachTest({ processingMs: 0, retryDelaysMs: [] });
const unseen = (times: number) =>
	emulator().faults.add({
		on: /^GET \/v1\/(batches|runs)\/[^/?]+/,
		kind: 'status',
		status: 404,
		code: 'NOT_FOUND',
		times,
	});
const twice = () => Object.entries(payments(emulator())).filter(([, times]) => times !== 1);

const kinds: Array<[string, IDataObject]> = [
	['batches', { operation: 'create' }],
	['runs', { operation: 'create', resource: 'run', model: LONE_MODEL }],
];

it.each(kinds)(
	'n8n was killed, and the batch given back is not shown once: %s',
	async (_, more) => {
		const base = { of: prompts('good', more), items: 1 };
		await new Run(emulator(), base).execute();
		await new Promise((resolve) => setTimeout(resolve, 5));
		unseen(1);
		await new Run(emulator(), base).execute(retry('101')).catch(() => {});
		expect(twice()).toEqual([]);
	},
);

it('a batch that is not shown twice in a row', async () => {
	const run = new Run(emulator(), { of: prompts('good', { operation: 'create' }), items: 150 });
	emulator().faults.add({
		on: /^POST .*\/batches$/,
		kind: 'status',
		status: 402,
		skip: 1,
		times: 1,
	});
	await rejection(run.execute());
	unseen(2);
	await run.execute(retry('101')).catch(() => {});
	expect(twice()).toEqual([]);
});

it('a batch that is not shown once while a row is corrected does not wedge the chain', async () => {
	const of =
		(third: string) =>
		(item: number): IDataObject => ({
			operation: 'create',
			itemJson: { row: item, prompt: item === 2 ? third : 'good' },
		});
	const run = new Run(emulator(), { items: 150 });
	emulator().faults.add({
		on: /^POST .*\/batches$/,
		kind: 'status',
		status: 402,
		skip: 1,
		times: 1,
	});
	await rejection(run.execute({ of: of('good') }));
	unseen(1);
	const corrected = { of: of('corrected'), storedParameters: { itemJson: '={{ corrected }}' } };
	let isDone = false;
	for (const id of ['101', '102', '103', '104']) {
		isDone ||= await run.execute({ ...retry(id), ...corrected }).then(
			() => true,
			() => false,
		);
	}
	// The batch has been shown ever since; no press of Retry gets any further.
	expect(isDone).toBe(true);
});
