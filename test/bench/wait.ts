import { setTimeout as sleep } from 'node:timers/promises';

import type { Execution, WorkflowFile } from '../n8n/index.ts';
import { createAndWait, jsonOf, rowsOf, start } from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { manualRows, node, workflow } from '../stage/workflow.ts';
import { duration, factor, machine, median, quick, table } from './figures.ts';
import { publish } from './report.ts';

const ROUNDS = quick ? 3 : 15;
const WARM_UP = 3;
const TEXTS = Array.from({ length: 10 }, () => 'x');

/** A way to resume an execution; its result is the time from the request to the next node, in ms. */
type Contestant = (stage: Stage) => Promise<number>;

const contestants: Record<string, Contestant> = {
	"n8n's Wait node": resumeWait,
	'Runflow, 1 batch of 10 rows': async (stage) => await resumeRunflow(stage, 1),
	'Runflow, 3 batches of 10 rows': async (stage) => await resumeRunflow(stage, 3),
};

/**
 * Measures how soon a parked execution goes on: from the moment the last callback is sent to the
 * start of the node behind the one that waits. All take turns in one n8n.
 */
export async function run(): Promise<void> {
	const stage = await startStage({ log: (line) => console.error(line) });
	try {
		stage.emulator.holdBatches();
		const times = new Map(Object.keys(contestants).map((name) => [name, [] as number[]]));
		for (let round = -WARM_UP; round < ROUNDS; round++) {
			for (const [name, contestant] of Object.entries(contestants)) {
				const time = await contestant(stage);
				if (round >= 0) times.get(name)?.push(time);
			}
		}
		await publish('bench/wait', waitReport(times));
	} finally {
		await stage.close();
	}
}

function waitReport(times: Map<string, number[]>): string {
	const [[, baseline]] = times;
	return [
		'# Resuming a parked execution',
		'',
		`From the moment the last callback is sent to the start of the node behind the one that waits, next to n8n’s own Wait node, which is resumed by a request and checks nothing. Runflow verifies the callback, asks for the other batches of the execution, and then reads the results of every batch, so that the rows it returns are Runflow’s. All take turns in one n8n, ${ROUNDS} rounds.`,
		'',
		`Made by \`npm run bench wait\`. ${machine()}`,
		'',
		table(
			['Resumed', 'Ratio', 'Median', 'Fastest', 'Slowest'],
			[...times].map(([name, values]) => [
				name,
				factor(median(values) / median(baseline)),
				...[median(values), Math.min(...values), Math.max(...values)].map(duration),
			]),
		),
		'',
	].join('\n');
}

/** Runs a workflow until it is parked. */
async function park(stage: Stage, file: WorkflowFile): Promise<Execution> {
	const { executionId } = await start(stage, file);
	return await stage.n8n.waitForExecution({ id: executionId, status: 'waiting' });
}

/** When the node behind the waiting one started, in milliseconds since 1970. */
async function nextStart(stage: Stage, id: string): Promise<number> {
	const execution = await stage.n8n.waitForExecution({ id });
	const { status } = execution;
	if (status !== 'success') throw new Error(`Execution ${id} ended with ${status}`);
	return execution.data.resultData.runData.Next[0].startTime;
}

async function resumeWait(stage: Stage): Promise<number> {
	const address = node(
		'Address',
		'set',
		{
			mode: 'raw',
			jsonOutput: '={{ JSON.stringify({ url: $execution.resumeUrl }) }}',
			options: {},
		},
		{ typeVersion: 3.4 },
	);
	const wait = node(
		'Wait',
		'wait',
		{ resume: 'webhook', httpMethod: 'POST', options: {} },
		{ typeVersion: 1.1, webhookId: crypto.randomUUID() },
	);
	const execution = await park(
		stage,
		workflow('Wait', [...manualRows(rowsOf(TEXTS)), address, wait, node('Next', 'noOp')]),
	);
	const url = String(jsonOf(execution, 'Address')[0].url);
	const sentAt = Date.now();
	const answer = await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json', connection: 'close' },
		body: JSON.stringify({ event: 'batch.succeeded', rows: rowsOf(TEXTS) }),
	});
	if (!answer.ok) throw new Error(`The Wait node answered ${answer.status}`);
	return (await nextStart(stage, execution.id)) - sentAt;
}

async function resumeRunflow(stage: Stage, batchCount: number): Promise<number> {
	const { emulator } = stage;
	const earlier = emulator.batches.size;
	// Each input item makes a batch of its own here, so that all of them have ten rows.
	const tables = Array.from({ length: batchCount }, () => ({ rows: rowsOf(TEXTS) }));
	const runflow = createAndWait(stage, { inputMode: 'jsonArray', batchJson: '={{ $json.rows }}' });
	const execution = await park(
		stage,
		workflow('Runflow', [...manualRows(tables), runflow, node('Next', 'noOp')]),
	);
	const batchIds = [...emulator.batches.keys()].slice(earlier);
	if (batchIds.length !== batchCount) throw new Error(`There are ${batchIds.length} batches`);
	for (const id of batchIds) {
		emulator.finish(id);
		await delivered(stage, id);
	}
	const [{ attempts }] = emulator.deliveries(batchIds[batchCount - 1]);
	const [{ created_at }] = attempts as Array<{ created_at: string }>;
	return (await nextStart(stage, execution.id)) - Date.parse(created_at);
}

/** Waits until a batch's callback was answered; refuses one that took more than one attempt. */
async function delivered(stage: Stage, batchId: string): Promise<void> {
	for (;;) {
		const [delivery] = stage.emulator.deliveries(batchId);
		if (delivery.status_code === 'succeeded' && delivery.attempt_count === 1) return;
		if (Number(delivery.attempt_count) > 1) throw new Error('A callback was not accepted at once');
		await sleep(5);
	}
}
