import type { INode, INodeParameters } from 'n8n-workflow';

import { call } from '../emulator/apiClient.ts';
import { itemsOf, type Execution } from '../n8n/index.ts';
import { createAndWait, jsonOf, linkedRow, rowsOf, run } from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { publishTrigger } from '../stage/trigger.ts';
import { manualRows, node, workflow } from '../stage/workflow.ts';

let stage: Stage;

beforeAll(async () => {
	stage = await startStage();
}, 900_000);
afterAll(async () => await stage?.close());
afterEach(() => stage.emulator.faults.clear());

const LONE = { __rl: true, mode: 'id', value: 'acme/provider-only' };
const prompts = ['a', '[fail]', 'c'].map((prompt, row) => ({ prompt, client_ref: `row-${row}` }));

const runflow = (parameters: INodeParameters, settings: Partial<INode> = {}) =>
	node('Runflow', 'n8n-nodes-runflow.runflow', parameters, {
		typeVersion: 2,
		credentials: stage.credential,
		...settings,
	});

const messages = (execution: Execution) =>
	execution.data.resultData.runData.Runflow[0].hints?.map(({ message }) => message) ?? [];

describe('runs', () => {
	it('that were made for rows wake the execution when the last one is finished', async () => {
		const earlier = stage.emulator.runs.size;
		const rows = Array.from({ length: 20 }, (_, row) => ({
			prompt: 'a',
			client_ref: `row-${row}`,
		}));
		const execution = await run(
			stage,
			workflow('Rows of runs', [
				...manualRows(rows),
				createAndWait(stage, {
					model: LONE,
					waitFor: 'callback',
					options: { noBatches: 'eachRow' },
				}),
				linkedRow(),
			]),
		);
		expect(jsonOf(execution, 'Linked').map(({ row, status_code }) => [row, status_code])).toEqual(
			rows.map(({ client_ref }) => [client_ref, 'succeeded']),
		);
		const runs = [...stage.emulator.runs.values()].slice(earlier);
		expect(runs.map(({ callbackUrl }) => callbackUrl)).toEqual(
			Array(20).fill(expect.stringContaining('webhook-waiting')),
		);
	});

	it('are created, waited for, and come out on their rows', async () => {
		const creation = { resource: 'run', model: LONE, inputMode: 'jsonPerItem' };
		const earlier = stage.emulator.runs.size;
		const execution = await run(
			stage,
			workflow('Runs', [
				...manualRows(prompts),
				runflow({ ...creation, operation: 'createAndWait', itemJson: '={{ $json }}' }),
				linkedRow(),
			]),
		);
		const runs = [...stage.emulator.runs.values()].slice(earlier);
		expect(runs.map(({ callbackUrl }) => callbackUrl)).toEqual(
			Array(3).fill(expect.stringContaining('webhook-waiting')),
		);
		expect(jsonOf(execution, 'Linked')).toMatchObject([
			{ row: 'row-0', client_ref: 'row-0', status_code: 'succeeded', batch_id: null, cost: '0.10' },
			{ row: 'row-1', client_ref: 'row-1', status_code: 'failed' },
			{ row: 'row-2', client_ref: 'row-2', status_code: 'succeeded' },
		]);
	});

	it('are paid for once when their answers are lost and keys mean nothing', async () => {
		stage.emulator.settings.runKeys = 'ignored';
		const charges = stage.emulator.charges.length;
		stage.emulator.faults.add({ on: /^POST .*\/runs$/, kind: 'reset-after', times: 3 });
		const execution = await run(
			stage,
			workflow('Lost answers', [
				...manualRows(prompts),
				createAndWait(stage, { model: LONE }, { typeVersion: 2 }),
			]),
		);
		stage.emulator.settings.runKeys = 'honoured';
		expect(jsonOf(execution, 'Runflow')).toHaveLength(3);
		expect(stage.emulator.charges.length - charges).toBe(3);
	});

	it('start a workflow by their callbacks where that is chosen, and no other', async () => {
		const chosen = await publishTrigger(stage, { events: ['run.completed'], output: 'items' });
		const saved = await publishTrigger(stage);
		for (const { url } of [chosen, saved]) {
			await call(stage.emulator, 'POST /v1/models/acme/provider-only/runs', {
				input: { prompt: 'a' },
				callback_url: url,
			});
		}
		await stage.emulator.settled();
		const execution = await stage.n8n.waitForExecution({ workflowId: chosen.id });
		expect(jsonOf(execution, 'Received')).toMatchObject([
			{ event: 'run.completed', status_code: 'succeeded', urls: [expect.any(String)] },
		]);
		expect(await stage.n8n.executions(saved.id)).toEqual([]);
	});
});

describe('a new node', () => {
	const automatic = (settings: Partial<INode> = {}) => ({
		...createAndWait(stage, {}, settings),
		typeVersion: 2,
	});

	it('waits by callback by itself, and marks the execution with its batch', async () => {
		const execution = await run(
			stage,
			workflow('Automatic', [...manualRows(rowsOf(['x', 'y'])), automatic()]),
		);
		const [{ batch_id: batchId }] = jsonOf(execution, 'Runflow');
		expect(stage.emulator.batches.get(String(batchId))?.callbackUrl).toContain('webhook-waiting');
		expect(execution.data.resultData.metadata).toEqual({ runflowBatches: batchId });
	});

	it('polls for more than a thousand rows, and says so', async () => {
		const rows = rowsOf(Array.from({ length: 1_001 }, () => 'x'));
		const earlier = stage.emulator.batches.size;
		const execution = await run(
			stage,
			workflow('Many', [...manualRows(rows), automatic()]),
			180_000,
		);
		expect(jsonOf(execution, 'Runflow')).toHaveLength(1_001);
		const batches = [...stage.emulator.batches.values()].slice(earlier);
		expect(batches.map(({ callbackUrl }) => callbackUrl)).toEqual(Array(11).fill(null));
		expect(messages(execution)).toEqual([
			expect.stringContaining('more than 1000 rows'),
			'1001 of 1001 rows succeeded, cost 50.05',
		]);
	}, 200_000);
});

it('puts the files of rows on their items', async () => {
	const parameters = { waitFor: 'polling', downloadFiles: true };
	const execution = await run(
		stage,
		workflow('Files', [...manualRows(rowsOf(['x', '[fail]'])), createAndWait(stage, parameters)]),
	);
	const [first, failed] = itemsOf(execution, 'Runflow');
	expect(first).toMatchObject({
		json: { files: [{ mime_type: 'image/png' }] },
		binary: { data: { mimeType: 'image/png' } },
	});
	expect(failed.binary).toBeUndefined();
});

it('starts nothing beyond what a person allows', async () => {
	const charges = stage.emulator.charges.length;
	for (const [options, message] of [
		[{ mostRows: 2 }, 'allows 2 rows, but there are 3'],
		[{ keepAtLeast: '99999999' }, "Runflow's balance is"],
	] as const) {
		const file = workflow('Limits', [
			...manualRows(rowsOf(['a', 'b', 'c'])),
			createAndWait(stage, { options }),
		]);
		const { error } = (await run(stage, file)).data.resultData;
		expect(error?.message).toContain(message);
	}
	expect(stage.emulator.charges).toHaveLength(charges);
	const balance = runflow({ resource: 'account', operation: 'getBalance' });
	const execution = await run(
		stage,
		workflow('Balance', [node('Start', 'manualTrigger'), balance]),
	);
	expect(jsonOf(execution, 'Runflow')[0].balance).toMatch(/^\d+\.\d\d$/);
});
