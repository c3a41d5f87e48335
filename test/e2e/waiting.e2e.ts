import { createAndWait, jsonOf, linkedRow, rowsOf, run, start } from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { manualRows, node, workflow } from '../stage/workflow.ts';

let stage: Stage;

beforeAll(async () => {
	stage = await startStage();
}, 900_000);
afterAll(async () => await stage?.close());

const rowsWorkflow = (texts: string[], parameters = {}, settings = {}) =>
	workflow('Rows to results', [
		...manualRows(rowsOf(texts)),
		createAndWait(stage, parameters, settings),
		linkedRow(),
	]);

const texts = (count: number, failing: number[] = []) =>
	Array.from({ length: count }, (_, index) => (failing.includes(index) ? '[fail]' : 'x'));

const parked = async (executionId: string) =>
	await stage.n8n.waitForExecution({ id: executionId, status: 'waiting' });

/** The batches that an execution created, oldest first. */
function batchesSince(earlier: number) {
	return [...stage.emulator.batches.values()].slice(earlier);
}

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
			rowsWorkflow(texts(count, failing), { waitFor, pollInterval: 1 }),
		);
		expect(execution.data.resultData.error).toBeUndefined();
		const results = jsonOf(execution, 'Linked');
		expect(results.map(({ row }) => row)).toEqual(texts(count).map((_, i) => `row-${i}`));
		expect(results.map(({ client_ref }) => client_ref)).toEqual(results.map(({ row }) => row));
		expect(results.flatMap(({ status_code }, i) => (status_code === 'failed' ? [i] : []))).toEqual(
			failing,
		);
		for (const [index, { error, urls, run_id }] of results.entries()) {
			expect(run_id).toBeTruthy();
			if (failing.includes(index)) expect(error).toMatchObject({ message: expect.any(String) });
			else expect({ error, urls }).toEqual({ error: null, urls: [expect.stringMatching(/^http/)] });
		}
		expect(stage.emulator.charges.length - charged).toBe(Math.ceil(count / 100));
	});

	it('sends failed rows to the error output, linked', async () => {
		const file = rowsWorkflow(texts(3, [1]), {}, { onError: 'continueErrorOutput' });
		file.nodes.push(node('Failed', 'noOp'));
		file.connections.Runflow.main.push([{ node: 'Failed', type: 'main', index: 0 }]);
		const execution = await run(stage, file);
		expect(jsonOf(execution, 'Linked').map(({ row }) => row)).toEqual(['row-0', 'row-2']);
		expect(jsonOf(execution, 'Failed')).toMatchObject([
			{ client_ref: 'row-1', error: expect.any(String), details: { status_code: 'failed' } },
		]);
	});

	it.each(['callback', 'polling'])('fails when asked to, naming the rows (%s)', async (waitFor) => {
		const execution = await run(
			stage,
			rowsWorkflow(texts(4, [2]), { waitFor, pollInterval: 1, onFailedItems: 'error' }),
		);
		expect(execution.status).toBe('error');
		expect(execution.data.resultData.error).toMatchObject({
			message: '1 of 4 rows failed',
			description: expect.stringContaining('item 2:'),
		});
	});
});

describe('a parked execution', () => {
	afterEach(() => {
		stage.emulator.release();
		stage.emulator.faults.clear();
		stage.emulator.callbackFaults.clear();
	});

	/** Starts rows whose batches stay running until the test ends them. */
	async function park(count: number) {
		const earlier = stage.emulator.batches.size;
		stage.emulator.holdBatches();
		const { executionId } = await start(stage, rowsWorkflow(texts(count)));
		await parked(executionId);
		return { executionId, batches: batchesSince(earlier) };
	}

	it('is resumed by a callback that came before it was parked, when that is repeated', async () => {
		// The state is read while the batch runs and arrives after its callback.
		stage.emulator.faults.add({ on: 'GET /v1/batches/*', kind: 'slow-headers', ms: 700, times: 1 });
		const earlier = stage.emulator.batches.size;
		const execution = await run(stage, rowsWorkflow(texts(3)));
		expect(jsonOf(execution, 'Linked')).toHaveLength(3);
		const [delivery] = stage.emulator.deliveries(batchesSince(earlier)[0].id);
		const attempts = delivery.attempts as Array<{ status_code: number }>;
		// 409 from n8n; a manual run, which n8n does not store before it is parked, gives 500.
		expect([409, 500]).toContain(attempts[0].status_code);
		expect(attempts.at(-1)?.status_code).toBe(200);
	});

	it('is not resumed by what is not from Runflow', async () => {
		const { executionId, batches } = await park(2);
		const url = String(batches[0].callbackUrl);
		const body = JSON.stringify({
			event: 'batch.succeeded',
			batch_id: batches[0].id,
			status: 'succeeded',
		});
		const answers = [
			await fetch(url, { method: 'POST', body }),
			await fetch(url, {
				method: 'POST',
				body,
				headers: { 'runflow-signature': 'a'.repeat(64), 'content-type': 'application/json' },
			}),
			await fetch(url.replace(/signature=./, 'signature=0'), { method: 'POST', body }),
		];
		expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
		expect((await stage.n8n.execution(executionId)).status).toBe('waiting');
		stage.emulator.release();
		const execution = await stage.n8n.waitForExecution({ id: executionId });
		expect(jsonOf(execution, 'Linked')).toHaveLength(2);
		const late = await fetch(url, { method: 'POST', body });
		expect(late.status).toBe(409);
	});

	it('waits for all of its batches and is resumed once by callbacks that come together', async () => {
		const { executionId, batches } = await park(250);
		expect(batches).toHaveLength(3);
		stage.emulator.finish(batches[1].id);
		stage.emulator.callbackFaults.add({ kind: 'duplicate', times: 2 });
		await stage.n8n.waitForExecution({ id: executionId, status: 'waiting' });
		stage.emulator.release();
		const execution = await stage.n8n.waitForExecution({ id: executionId });
		expect(execution.status).toBe('success');
		expect(jsonOf(execution, 'Linked').map(({ row }) => row)).toEqual(
			texts(250).map((_, index) => `row-${index}`),
		);
		expect(execution.data.resultData.runData.Linked).toHaveLength(1);
	});

	it('survives a killed n8n and is resumed by the next delivery', async () => {
		const { executionId, batches } = await park(2);
		await stage.n8n.kill('SIGKILL');
		stage.emulator.release();
		await stage.emulator.settled();
		expect(stage.emulator.deliveries(batches[0].id)).toMatchObject([{ status_code: 'failed' }]);
		await stage.n8n.restart();
		await fetch(`${stage.emulator.url}/v1/batches/${batches[0].id}/callback-redeliveries`, {
			method: 'POST',
			headers: { authorization: `Bearer ${stage.emulator.apiKey}` },
		});
		const execution = await stage.n8n.waitForExecution({ id: executionId });
		expect(execution.status).toBe('success');
		expect(jsonOf(execution, 'Linked').map(({ row }) => row)).toEqual(['row-0', 'row-1']);
	});

	it('hands its input on when the time limit passes', async () => {
		stage.emulator.holdBatches();
		const file = rowsWorkflow(texts(2), { timeout: 0.05 });
		const linked = file.nodes.find(({ name }) => name === 'Linked')!;
		linked.parameters.jsonOutput =
			"={{ JSON.stringify({ row: $('Rows').item.json.client_ref, ids: $('Runflow').context.batchIds, ...$json }) }}";
		const { executionId } = await start(stage, file);
		const execution = await stage.n8n.waitForExecution({ id: executionId }, 100_000);
		const [batch] = batchesSince(stage.emulator.batches.size - 1);
		expect(jsonOf(execution, 'Linked')).toMatchObject([
			{ row: 'row-0', ids: [batch.id], image_url: expect.any(String) },
			{ row: 'row-1', ids: [batch.id], image_url: expect.any(String) },
		]);
		expect(jsonOf(execution, 'Linked')[0]).not.toHaveProperty('status_code');
	});

	it('ends with the stop button', async () => {
		const { executionId, batches } = await park(1);
		await stage.n8n.rest('POST', `/executions/${executionId}/stop`);
		const execution = await stage.n8n.waitForExecution({ id: executionId });
		expect(execution.status).toBe('canceled');
		stage.emulator.finish(batches[0].id);
	});

	it('works twice in one workflow', async () => {
		const second = {
			...createAndWait(stage, { itemJson: "={{ $('Rows').item.json }}" }),
			name: 'Again',
		};
		const execution = await run(
			stage,
			workflow('Two waits', [
				...manualRows(rowsOf(texts(3))),
				createAndWait(stage),
				second,
				linkedRow(),
			]),
		);
		expect(execution.status).toBe('success');
		expect(jsonOf(execution, 'Linked').map(({ row }) => row)).toEqual(['row-0', 'row-1', 'row-2']);
	});

	it('works in a loop of three rounds, each with a batch of its own', async () => {
		const earlier = stage.emulator.batches.size;
		const rows = manualRows(rowsOf(texts(3)));
		const loop = node('Loop', 'splitInBatches', { batchSize: 1, options: {} }, { typeVersion: 3 });
		const file = workflow('Loop', [...rows, loop], [createAndWait(stage)], [linkedRow()]);
		file.connections.Loop = {
			main: [
				[{ node: 'Linked', type: 'main', index: 0 }],
				[{ node: 'Runflow', type: 'main', index: 0 }],
			],
		};
		file.connections.Runflow = { main: [[{ node: 'Loop', type: 'main', index: 0 }]] };
		const execution = await run(stage, file);
		expect(execution.status).toBe('success');
		expect(jsonOf(execution, 'Linked').map(({ client_ref }) => client_ref)).toEqual([
			'row-0',
			'row-1',
			'row-2',
		]);
		expect(batchesSince(earlier)).toHaveLength(3);
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
				...manualRows(rowsOf(texts(120, [5]))),
				createAndWait(stage, { operation: 'create', callback: 'resume' }),
				waiting(),
			]),
		);
		expect(execution.data.resultData.error).toBeUndefined();
		expect(jsonOf(execution, 'Later').map(({ client_ref }) => client_ref)).toEqual(
			texts(120).map((_, index) => `row-${index}`),
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
			rowsWorkflow(texts(1), { waitFor: 'polling', timeout: 0.02, pollInterval: 1 }),
		);
		const [batch] = batchesSince(stage.emulator.batches.size - 1);
		expect(execution.data.resultData.error).toMatchObject({
			description: expect.stringContaining(batch.id),
		});
	});

	it('returns the state so far at its time limit when asked to', async () => {
		stage.emulator.holdBatches();
		const execution = await run(
			stage,
			rowsWorkflow(texts(2), {
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
			rowsWorkflow(texts(1), { waitFor: 'polling', timeout: 10, pollInterval: 600 }),
		);
		await stage.n8n.waitForExecution({ id: executionId, status: 'running' });
		await stage.n8n.rest('POST', `/executions/${executionId}/stop`);
		const execution = await stage.n8n.waitForExecution({ id: executionId }, 10_000);
		expect(execution.status).toBe('canceled');
	});
});
