// How time and memory grow with rows and with callbacks, in one n8n.
import { setTimeout as sleep } from 'node:timers/promises';

import { createAndWait, jsonOf } from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { manualRows, workflow } from '../stage/workflow.ts';
import { signedCallback } from './callback-bodies.ts';
import { sendBurst } from './callback-load.ts';
import { quick } from './figures.ts';
import { ProcessWatch } from './process-watch.ts';
import { publish } from './report.ts';
import { scaleReport, type CallbackScale, type RowScale } from './scale-report.ts';
import { publishWebhook, runflowTrigger } from './trigger.ts';

const ROWS = quick ? [10, 100, 250] : [10, 100, 1_000, 10_000];
/** Ten thousand keep n8n from answering anybody for minutes when their callbacks come together. */
const ROWS_TOGETHER = quick ? [250] : [100, 1_000, 3_000];
/** An execution of its own each: ten thousand of them take an n8n of one process about twenty minutes. */
const CALLBACKS = quick ? [10, 50] : [10, 100, 1_000];
/** Some of the ways alone, which are printed and not written down: BENCH_WAYS=polling,automatic. */
const isWhole = process.env.BENCH_WAYS === undefined;
const WAYS = (process.env.BENCH_WAYS ?? 'polling,automatic,spread,together').split(',');
const CONCURRENCY = 16;
const CALLBACK_BYTES = 1_024;
const LIMIT_MS = 600_000;
/** Lets n8n come to rest, so that memory at the start of a run is not the run's before it. */
const REST_MS = quick ? 500 : 5_000;

/** Takes about ten minutes. */
export async function run(): Promise<void> {
	const stage = await startStage({
		log: (line) => console.error(line),
		emulator: { recordRequests: false },
	});
	const watch = new ProcessWatch(stage.n8n.pid);
	try {
		await waitForRows(stage, watch, 'polling', 10);
		const rows: RowScale[] = [];
		for (const [way, counts] of [
			['polling', ROWS],
			['automatic', ROWS],
			['spread', ROWS],
			['together', ROWS_TOGETHER],
		] as const) {
			if (!WAYS.includes(way)) continue;
			for (const count of counts) rows.push(await waitForRows(stage, watch, way, count));
		}
		if (!isWhole) {
			console.log(scaleReport(rows, []).markdown);
			return;
		}
		const callbacks: CallbackScale[] = [];
		const target = await publishWebhook(stage, runflowTrigger(stage), 'runflow');
		for (const count of CALLBACKS) callbacks.push(await receive(stage, watch, target, count));
		const { markdown, charts } = scaleReport(rows, callbacks);
		await publish('bench/scale', markdown, charts);
	} finally {
		watch.stop();
		await stage.close();
	}
}

/**
 * Create and Wait: by polling, by itself (Automatic), by callbacks of batches that end one after the
 * other, and by callbacks of batches that all end at the same time.
 */
async function waitForRows(
	stage: Stage,
	watch: ProcessWatch,
	way: RowScale['way'],
	count: number,
): Promise<RowScale> {
	const { emulator, n8n } = stage;
	console.error(`Create and Wait, ${way}, with ${count} rows`);
	await sleep(REST_MS);
	const rows = Array.from({ length: count }, (_, index) => ({
		image_url: `https://example.com/${index}.png`,
		client_ref: `row-${index}`,
	}));
	const waitFor = way === 'polling' || way === 'automatic' ? way : 'callback';
	const { id } = await n8n.createWorkflow(
		workflow(`Scale ${count}`, [
			...manualRows(rows),
			createAndWait(stage, { waitFor, pollInterval: 1 }),
		]),
	);
	const known = new Set(emulator.batches.keys());
	if (waitFor === 'callback') emulator.holdBatches();
	watch.clear();
	const idle = watch.cost(Date.now(), 0).peakBytes;
	const startedAt = Date.now();
	const { executionId } = await n8n.runWorkflow(id);
	if (waitFor === 'callback') {
		const parked = { id: executionId, status: ['waiting' as const, 'error' as const] };
		await patiently(async () => await n8n.waitForExecution(parked, LIMIT_MS));
	}
	const parkedAt = Date.now();
	const requests = emulator.requestCount;
	const own = () => [...emulator.batches.keys()].filter((batchId) => !known.has(batchId));
	if (way === 'spread') for (const batchId of own()) await deliver(stage, batchId);
	emulator.release();
	const execution = await patiently(
		async () => await n8n.waitForExecution({ id: executionId }, LIMIT_MS),
	);
	const endedAt = Date.now();
	watch.sample();
	const cost = watch.cost(startedAt, endedAt - startedAt);
	await emulator.settled();
	const given = jsonOf(execution, 'Runflow').length;
	if (execution.status !== 'success' || given !== count) {
		throw new Error(`${given} rows: ${JSON.stringify(execution.data.resultData.error)}`);
	}
	const batches = own();
	const attempts = batches.map((id) => Number(emulator.deliveries(id)[0]?.attempt_count ?? 0));
	return {
		way,
		count,
		batches: batches.length,
		parkedMs: parkedAt - startedAt,
		resumedMs: endedAt - parkedAt,
		requests: emulator.requestCount - requests,
		attempts: attempts.reduce((sum, each) => sum + each, 0),
		cpuMs: cost.cpuMs,
		idleBytes: idle,
		peakBytes: cost.peakBytes,
	};
}

/** Ends a batch and waits until its callback was delivered. */
async function deliver({ emulator }: Stage, batchId: string): Promise<void> {
	emulator.finish(batchId);
	while (emulator.deliveries(batchId)[0].status_code === 'pending') await sleep(5);
}

/** A burst of callbacks, each of which starts an execution of its own. */
async function receive(
	stage: Stage,
	watch: ProcessWatch,
	target: { workflowId: string; url: string },
	count: number,
): Promise<CallbackScale> {
	console.error(`Runflow Trigger with ${count} callbacks`);
	await sleep(REST_MS);
	const secret = stage.emulator.callbackSecret ?? '';
	const callbacks = Array.from({ length: count }, () => signedCallback(CALLBACK_BYTES, secret));
	watch.clear();
	const idle = watch.cost(Date.now(), 0).peakBytes;
	const startedAt = Date.now();
	const burst = await sendBurst(stage.n8n, target, callbacks, CONCURRENCY);
	watch.sample();
	const cost = watch.cost(startedAt, Date.now() - startedAt);
	return {
		count,
		answeredMs: burst.answeredMs,
		endedMs: burst.endedMs,
		latencies: burst.latencies,
		cpuMs: cost.cpuMs,
		idleBytes: idle,
		peakBytes: cost.peakBytes,
	};
}

/** Asks again where a busy n8n cut the connection of the question; an n8n that is gone stays gone. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
	for (let left = 20; ; left--) {
		try {
			return await ask();
		} catch (error) {
			const unanswered = error instanceof TypeError || (error as Error).name === 'TimeoutError';
			if (!unanswered || left === 0) throw error;
			console.error('n8n is too busy to answer');
			await sleep(500);
		}
	}
}
