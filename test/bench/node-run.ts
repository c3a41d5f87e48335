import { setTimeout as sleep } from 'node:timers/promises';
import type { INode } from 'n8n-workflow';

import { manualRows, workflow } from '../stage/workflow.ts';
import type { BenchStage, Line } from './bench-stage.ts';

const LIMIT_MS = 600_000;
const AFTER_CUT_MS = 100;

/** What one run of a node took, in n8n or elsewhere. */
export interface Run {
	ms: number;
	cpuMs: number;
	/** Peak memory of the whole n8n process; NaN outside of n8n. */
	peakBytes: number;
	connections: number;
	requests: number;
}

/** Saves a workflow that gives the rows to the node, to be run by `runNode`. */
export async function prepare(stage: BenchStage, rows: object[], node: INode): Promise<string> {
	const { id } = await stage.n8n.createWorkflow(
		workflow(`Bench ${node.name}`, [...manualRows(rows), node]),
	);
	return id;
}

/**
 * Runs a prepared workflow over fresh connections, and leaves n8n alone until all requests are in,
 * so that its processor time is the node's alone.
 */
export async function runNode(
	stage: BenchStage,
	line: Line,
	workflowId: string,
	name: string,
	expectedRequests: number,
): Promise<Run> {
	const { n8n, watch } = stage;
	const count = await fresh(stage, line);
	watch.clear();
	const { executionId } = await n8n.runWorkflow(workflowId);
	const deadline = Date.now() + LIMIT_MS;
	while (count().requests < expectedRequests && Date.now() < deadline) await sleep(10);
	await sleep(150);
	const execution = await n8n.waitForExecution({ id: executionId }, 60_000);
	const [task] = execution.data.resultData.runData[name] ?? [];
	if (execution.status !== 'success' || !task) {
		throw new Error(`${name}: ${JSON.stringify(execution.data.resultData.error)}`);
	}
	const { cpuMs, peakBytes } = watch.cost(task.startTime, task.executionTime);
	return { ms: task.executionTime, cpuMs, peakBytes, ...count() };
}

/** Measures a load that the process beside n8n sends, over fresh connections as well. */
export async function runBeside(
	stage: Pick<BenchStage, 'emulator'>,
	line: Pick<Line, 'proxy'>,
	send: () => Promise<{ ms: number; cpuMs: number }>,
): Promise<Run> {
	const count = await fresh(stage, line);
	return { ...(await send()), peakBytes: NaN, ...count() };
}

/** Cuts all connections; the result tells what was opened and asked for since. */
async function fresh({ emulator }: Pick<BenchStage, 'emulator'>, { proxy }: Pick<Line, 'proxy'>) {
	proxy.dropConnections();
	await sleep(AFTER_CUT_MS);
	const [connections, requests] = [proxy.connections, emulator.requestCount];
	return () => ({
		connections: proxy.connections - connections,
		requests: emulator.requestCount - requests,
	});
}
