import { setTimeout as sleep } from 'node:timers/promises';

import {
	batchesSince,
	createAndWait,
	jsonOf,
	rowsOf,
	rowsToResults,
	run,
	start,
	textsOf,
} from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { manualRows, node, workflow } from '../stage/workflow.ts';

let stage: Stage;

beforeAll(async () => {
	stage = await startStage();
}, 900_000);
afterAll(async () => await stage?.close());

describe('rows in, results out', () => {
	it.each(
		['callback', 'polling'].flatMap((waitFor) =>
			[3, 100, 101, 250].map((count) => [count, waitFor] as const),
		),
	)('%i rows by %s', async (count, waitFor) => {
		const failing = [1, count - 1];
		const charged = stage.emulator.charges.length;
		const execution = await run(
			stage,
			rowsToResults(stage, textsOf(count, failing), { waitFor, pollInterval: 1 }),
		);
		expect(execution.data.resultData.error).toBeUndefined();
		const results = jsonOf(execution, 'Linked');
		expect(results.map(({ row }) => row)).toEqual(textsOf(count).map((_, i) => `row-${i}`));
		expect(results.map(({ client_ref }) => client_ref)).toEqual(results.map(({ row }) => row));
		expect(results.flatMap(({ status_code }, i) => (status_code === 'failed' ? [i] : []))).toEqual(
			failing,
		);
		for (const [index, { error, urls, run_id }] of results.entries()) {
			expect(run_id).toBeTruthy();
			if (failing.includes(index)) expect(error).toMatchObject({ message: expect.any(String) });
			else {
				// An n8n that takes null for a failure gets none.
				expect(error ?? null).toBeNull();
				expect(urls).toEqual([expect.stringMatching(/^http/)]);
			}
		}
		expect(stage.emulator.charges.length - charged).toBe(Math.ceil(count / 100));
	});

	it('sends failed rows to the error output, linked', async () => {
		const file = rowsToResults(stage, textsOf(3, [1]), {}, { onError: 'continueErrorOutput' });
		file.nodes.push(node('Failed', 'noOp'));
		file.connections.Runflow.main.push([{ node: 'Failed', type: 'main', index: 0 }]);
		const execution = await run(stage, file);
		expect(jsonOf(execution, 'Linked').map(({ row }) => row)).toEqual(['row-0', 'row-2']);
		const [failed, ...others] = jsonOf(execution, 'Failed');
		expect(others).toEqual([]);
		expect(failed).toMatchObject({ client_ref: 'row-1', error: expect.any(String) });
		// An older n8n sends nothing to an error output that has details.
		expect(failed.details ?? failed.message).toMatchObject({ status_code: 'failed' });
	});

	it.each(['callback', 'polling'])('fails when asked to, naming the rows (%s)', async (waitFor) => {
		const execution = await run(
			stage,
			rowsToResults(stage, textsOf(4, [2]), { waitFor, pollInterval: 1, onFailedItems: 'error' }),
		);
		expect(execution.status).toBe('error');
		expect(execution.data.resultData.error).toMatchObject({
			message: '1 of 4 rows failed',
			description: expect.stringContaining('item 2:'),
		});
	});
});

describe('create now, wait later', () => {
	const waiting = (parameters = {}) =>
		node(
			'Later',
			'n8n-nodes-runflow.runflow',
			{ resource: 'batch', operation: 'wait', batchId: '={{ $json.id }}', ...parameters },
			{ credentials: stage.credential },
		);

	it('resumes a later node, which returns the rows', async () => {
		const execution = await run(
			stage,
			workflow('Create, wait', [
				...manualRows(rowsOf(textsOf(120, [5]))),
				createAndWait(stage, { operation: 'create', callback: 'resume' }),
				waiting(),
			]),
		);
		expect(execution.data.resultData.error).toBeUndefined();
		expect(jsonOf(execution, 'Later').map(({ client_ref }) => client_ref)).toEqual(
			textsOf(120).map((_, index) => `row-${index}`),
		);
	});

	it('refuses to park for a batch that does not call back', async () => {
		const execution = await run(
			stage,
			workflow('Create, wait', [
				...manualRows(rowsOf(['x'])),
				createAndWait(stage, { operation: 'create' }),
				waiting(),
			]),
		);
		expect(execution.data.resultData.error).toMatchObject({
			message: expect.stringContaining('does not call this execution back'),
		});
	});

	it('polls for a batch made anywhere, and returns it whole', async () => {
		const execution = await run(
			stage,
			workflow('Create, poll', [
				...manualRows(rowsOf(['x', '[fail]'])),
				createAndWait(stage, { operation: 'create' }),
				waiting({ waitFor: 'polling', pollInterval: 1, output: 'batch' }),
			]),
		);
		expect(jsonOf(execution, 'Later')).toMatchObject([
			{ status_code: 'partial_succeeded', items_total: 2 },
		]);
	});
});

describe('polling', () => {
	afterEach(() => stage.emulator.release());

	it('fails at its time limit, naming the batch', async () => {
		stage.emulator.holdBatches();
		const execution = await run(
			stage,
			rowsToResults(stage, textsOf(1), { waitFor: 'polling', timeout: 0.02, pollInterval: 1 }),
		);
		const [batch] = batchesSince(stage, stage.emulator.batches.size - 1);
		expect(execution.data.resultData.error).toMatchObject({
			description: expect.stringContaining(batch.id),
		});
	});

	it('returns the state so far at its time limit when asked to', async () => {
		stage.emulator.holdBatches();
		const execution = await run(
			stage,
			rowsToResults(stage, textsOf(2), {
				waitFor: 'polling',
				timeout: 0.02,
				pollInterval: 1,
				onTimeout: 'output',
			}),
		);
		expect(jsonOf(execution, 'Linked')).toMatchObject([
			{ row: 'row-0', output: null },
			{ row: 'row-1', output: null },
		]);
	});

	it('ends at once with the stop button', async () => {
		stage.emulator.holdBatches();
		const { executionId } = await start(
			stage,
			rowsToResults(stage, textsOf(1), { waitFor: 'polling', timeout: 10, pollInterval: 600 }),
		);
		// From the list: n8n 2.20 fails when it is asked for an execution that runs.
		const isRunning = async () =>
			(await stage.n8n.executions()).some(
				({ id, status }) => id === executionId && status === 'running',
			);
		while (!(await isRunning())) await sleep(50);
		await stage.n8n.rest('POST', `/executions/${executionId}/stop`);
		const execution = await stage.n8n.waitForExecution({ id: executionId }, 10_000);
		expect(execution.status).toBe('canceled');
	});
});
