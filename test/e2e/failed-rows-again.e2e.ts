import { itemsOf } from '../n8n/index.ts';
import { retryExecution } from '../stage/retries.ts';
import { batchesSince, createAndWait, jsonOf, linkedRow, rowsOf, run } from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { manualRows, workflow } from '../stage/workflow.ts';

let stage: Stage;

beforeAll(async () => {
	stage = await startStage();
}, 900_000);
afterAll(async () => await stage?.close());
afterEach(() => stage.emulator.faults.clear());

let marks = 0;
/** Rows of which the second fails once, the third twice. */
const someFail = () => {
	marks++;
	return rowsOf(['x', `[fail 1 a${marks}]`, `[fail 2 b${marks}]`, '[fail VALIDATION_ERROR]']);
};
const trying = (rows: object[], waitFor: string, more = {}) =>
	workflow('Failed rows again', [
		...manualRows(rows),
		createAndWait(stage, { waitFor, options: { tryFailedRowsAgain: 2 } }, more),
		linkedRow(),
	]);
const REST = [
	{ row: 'row-0', client_ref: 'row-0', status_code: 'succeeded', tries: 1 },
	{ row: 'row-1', client_ref: 'row-1', status_code: 'succeeded', tries: 2 },
	{ row: 'row-2', client_ref: 'row-2', status_code: 'succeeded', tries: 3 },
	{ row: 'row-3', client_ref: 'row-3', status_code: 'failed', tries: 1 },
];

describe('failed rows that are tried again', () => {
	it.each(['callback', 'polling'])('come out once, in order, by %s', async (waitFor) => {
		const earlier = stage.emulator.batches.size;
		const execution = await run(stage, trying(someFail(), waitFor));
		expect(jsonOf(execution, 'Linked')).toMatchObject(REST);
		const batches = batchesSince(stage, earlier);
		expect(batches.map(({ items }) => items.length)).toEqual([4, 2, 1]);
		expect(batches.map(({ callbackUrl }) => callbackUrl !== null)).toEqual(
			Array(3).fill(waitFor === 'callback'),
		);
		expect(execution.data.resultData.runData.Runflow).toHaveLength(1);
	});

	it('are paid for once where their callbacks come twice each', async () => {
		const earlier = stage.emulator.batches.size;
		stage.emulator.callbackFaults.add({ kind: 'duplicate', times: 3 });
		const execution = await run(stage, trying(someFail(), 'callback'));
		expect(jsonOf(execution, 'Linked')).toMatchObject(REST);
		expect(batchesSince(stage, earlier)).toHaveLength(3);
	});

	it("go on with the new batch whose answer was lost, under n8n's Retry", async () => {
		const earlier = stage.emulator.batches.size;
		stage.emulator.faults.add({
			on: /^POST .*\/batches$/,
			kind: 'reset-after',
			skip: 1,
			times: 5,
		});
		const rows = rowsOf(['x', `[fail 1 lost${++marks}]`]);
		const failed = await run(stage, trying(rows, 'callback'), 120_000);
		expect(failed.status).toBe('error');
		const execution = await retryExecution(stage, failed, 'original');
		expect(itemsOf(execution, 'Linked').map(({ json }) => json.status_code)).toEqual(
			Array(2).fill('succeeded'),
		);
		expect(batchesSince(stage, earlier).map(({ items }) => items.length)).toEqual([2, 1]);
	}, 180_000);
});
