import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { creationRun } from '../../../../../../fakes/creationChain.ts';
import { emulatorOfEachTest } from '../../../../../../fakes/emulatorOfEachTest.ts';
import { payments, type Run, type Try } from '../../../../../../fakes/executionChain.ts';

/* Calls of an agent's tool in one execution, whose context they share as the very same object. */
const emulator = emulatorOfEachTest({ processingMs: 0, retryDelaysMs: [] });

/** An execution whose calls share their context while they are under way, as in n8n. */
function agent(): { run: Run; kept: IDataObject } {
	const run = creationRun(emulator());
	const kept: IDataObject = {};
	Object.defineProperty(run, 'context', { get: () => kept, set: () => {} });
	return { run, kept };
}
const row = (number: number): IDataObject => ({ row: number, prompt: 'good' });
/** One call; given to `execute` again it is another try of the same call. */
const call = (elements: IDataObject[], timeout = 0): Try => ({
	isTool: true,
	items: [{ json: { query: Math.random() } }] as INodeExecutionData[],
	change: {
		operation: 'createAndWait',
		inputMode: 'jsonArray',
		batchJson: elements,
		timeout,
		onFailedItems: 'output',
	},
});
const failReads = (times: number, skip = 0) =>
	emulator().faults.add({ on: /^GET \/v1\/batches\//, kind: 'status', status: 400, times, skip });
const failed = async (work: Promise<unknown>) =>
	await work.then(
		() => false,
		() => true,
	);
const list = (kept: IDataObject) => kept.runflowUnfinishedCalls as Array<{ items: unknown[] }>;
const ids = (items: INodeExecutionData[]) => items.map(({ json }) => json.batch_id);

it('a call that comes to its result in its second try leaves nothing to an equal call', async () => {
	const { run, kept } = agent();
	const first = call([row(0)], 1);
	failReads(1);
	expect(await failed(run.execute(first))).toBe(true);
	const [{ json }] = await run.execute(first); // Retry On Fail
	expect(json.status_code).toBe('succeeded');
	expect(list(kept)).toEqual([]);
	// The agent wants the same once more, as where each call gives another picture.
	await run.execute(call([row(0)], 1));
	expect(emulator().batches.size).toBe(2);
});

it('the second try of a call and an equal call side by side do not get the same batch', async () => {
	const { run } = agent();
	emulator().holdBatches();
	const first = call([row(0)]);
	failReads(1);
	expect(await failed(run.execute(first))).toBe(true);
	const both = await Promise.all([run.execute(first), run.execute(call([row(0)]))]);
	expect(new Set(both.flatMap(ids)).size).toBe(2);
});

it('a second try gives the rows of its own call alone', async () => {
	const { run } = agent();
	emulator().holdBatches();
	await run.execute(call([row(0), row(1)])); // handed over
	emulator().release();
	await emulator().settled();
	const a = call([row(0)], 1);
	const b = call([row(1)], 1);
	failReads(2, 2); // both look at it, take their row, and then cannot read it
	const outcomes = await Promise.all([failed(run.execute(a)), failed(run.execute(b))]);
	expect(outcomes).toEqual([true, true]);
	emulator().faults.clear();
	expect(await run.execute(a)).toHaveLength(1);
	expect(payments(emulator())).toEqual({ 0: 1, 1: 1 });
});

it('of two equal calls only one gets it, however slow the other looks', async () => {
	const { run } = agent();
	emulator().holdBatches();
	await run.execute(call([row(0)]));
	const slow = (ms: number, skip: number) =>
		emulator().faults.add({ on: /^GET \/v1\/batches\//, kind: 'slow-headers', ms, times: 1, skip });
	slow(150, 0); // the one call looks
	slow(500, 1); // the other call, which has looked, waits
	const both = await Promise.all([run.execute(call([row(0)])), run.execute(call([row(0)]))]);
	expect(new Set(both.flatMap(ids)).size).toBe(2);
});

it('rows of one batch asked for in another order and other company are the right ones', async () => {
	const { run, kept } = agent();
	emulator().holdBatches();
	await run.execute(call([row(0), row(1), row(2), row(3)]));
	emulator().release();
	await emulator().settled();
	const a = call([row(3), row(1)], 1);
	const b = call([row(2), row(0)], 1);
	failReads(2, 2);
	await Promise.all([failed(run.execute(a)), failed(run.execute(b))]);
	emulator().faults.clear();
	expect(list(kept)).toHaveLength(1);
	const rows = (items: INodeExecutionData[]) => JSON.stringify(items.map(({ json }) => json));
	const output = await run.execute(call([row(2), row(1), row(3)], 1));
	expect(output).toHaveLength(3);
	expect(rows(output)).toContain('succeeded');
	await run.execute(call([row(0)], 1));
	expect(list(kept)).toEqual([]);
	expect(payments(emulator())).toEqual({ 0: 1, 1: 1, 2: 1, 3: 1 });
});

it('a hundred calls that are handed over, each twice, keep no more than a hundred entries', async () => {
	const { run, kept } = agent();
	emulator().holdBatches();
	for (let round = 0; round < 2; round++) {
		for (let number = 0; number < 100; number++) await run.execute(call([row(number)]));
	}
	expect(list(kept)).toHaveLength(100);
	expect(emulator().batches.size).toBe(100);
	emulator().release();
	await emulator().settled();
	for (let number = 0; number < 100; number++) await run.execute(call([row(number)], 1));
	expect(list(kept)).toEqual([]);
	expect(emulator().batches.size).toBe(100);
}, 60_000);
