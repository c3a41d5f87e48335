import {
	batchesSince,
	createAndWait,
	jsonOf,
	linkedRow,
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

const parked = async (executionId: string) =>
	await stage.n8n.waitForExecution({ id: executionId, status: 'waiting' });

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
		const { executionId } = await start(stage, rowsToResults(stage, textsOf(count)));
		await parked(executionId);
		return { executionId, batches: batchesSince(stage, earlier) };
	}

	it('is resumed by a callback that came before it was parked, when that is repeated', async () => {
		// The state is read while the batch runs and arrives after its callback.
		stage.emulator.faults.add({ on: 'GET /v1/batches/*', kind: 'slow-headers', ms: 700, times: 1 });
		const earlier = stage.emulator.batches.size;
		const execution = await run(stage, rowsToResults(stage, textsOf(3)));
		expect(jsonOf(execution, 'Linked')).toHaveLength(3);
		const [delivery] = stage.emulator.deliveries(batchesSince(stage, earlier)[0].id);
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
			textsOf(250).map((_, index) => `row-${index}`),
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
		const file = rowsToResults(stage, textsOf(2), { timeout: 0.05 });
		const linked = file.nodes.find(({ name }) => name === 'Linked')!;
		linked.parameters.jsonOutput =
			"={{ JSON.stringify(Object.assign({ row: $('Rows').item.json.client_ref, ids: $('Runflow').context.batchIds }, $json)) }}";
		const { executionId } = await start(stage, file);
		const execution = await stage.n8n.waitForExecution({ id: executionId }, 100_000);
		const [batch] = batchesSince(stage, stage.emulator.batches.size - 1);
		expect(jsonOf(execution, 'Linked')).toMatchObject([
			{ row: 'row-0', ids: [batch.id], image_url: expect.any(String) },
			{ row: 'row-1', ids: [batch.id], image_url: expect.any(String) },
		]);
		expect(jsonOf(execution, 'Linked')[0]).not.toHaveProperty('status_code');
	});

	it('hands its input to the error output when the time limit passes, where it has one', async () => {
		stage.emulator.holdBatches();
		const settings = { onError: 'continueErrorOutput' } as const;
		const { executionId } = await start(
			stage,
			rowsToResults(stage, textsOf(2), { timeout: 0.05 }, settings),
		);
		const execution = await stage.n8n.waitForExecution({ id: executionId }, 100_000);
		expect(jsonOf(execution, 'Runflow', 0)).toEqual([]);
		expect(jsonOf(execution, 'Runflow', 1)).toMatchObject([
			{ error: expect.stringContaining('Runflow did not call back within') },
			{ error: expect.stringContaining('Still running') },
		]);
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
				...manualRows(rowsOf(textsOf(3))),
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
		const rows = manualRows(rowsOf(textsOf(3)));
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
		expect(batchesSince(stage, earlier)).toHaveLength(3);
	});
});
