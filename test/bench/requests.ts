// Requests through n8n: this node in both editions, n8n's HTTP Request node, n8n's helper in a loop and 16
// times at once, and n8n's Edit Fields node in the same n8n, and bare undici in a process beside it, in turns.
import { startBenchStage, type BenchStage, type Line } from './bench-stage.ts';
import { only, quick } from './figures.ts';
import { prepare, runBeside, runNode, type Run } from './node-run.ts';
import { publish } from './report.ts';
import { requestsReport, type Measured } from './requests-report.ts';
import {
	createAutomatically,
	createFromColumns,
	createFromExpression,
	createFromRows,
} from './creations.ts';
import {
	getBatches,
	getOneBatch,
	listDeliveries,
	listItems,
	nodeOf,
	type Workload,
} from './workloads.ts';

const CONCURRENCY = 16;
/** Loops that take a minute or more run once. */
const LONG_LOOP = 500;
const COUNTS = [
	[1, 7],
	[20, 7],
	[200, 5],
	[2_000, 3],
];
const QUICK_COUNTS = [[20, 1]];
const KINDS = ['runflow', 'lite', 'httpRequest', 'atOnce', 'rival', 'editFields'] as const;

/** Takes about a quarter of an hour. */
export async function run(): Promise<void> {
	const stage = await startBenchStage([20, 0]);
	try {
		const [far, near] = stage.lines;
		const plan: Array<[Line, Workload, rounds: number]> = [];
		for (const line of [far, near]) {
			for (const [count, rounds] of quick ? QUICK_COUNTS : COUNTS) {
				plan.push([line, await getBatches(stage, count), rounds]);
			}
		}
		const share = quick ? 20 : 1;
		plan.push(
			[far, await getOneBatch(stage, 200), 5],
			[far, createFromRows(10_000 / share), 3],
			[far, createFromColumns(10_000 / share), 3],
			[far, createFromExpression(10_000 / share), 3],
			[far, createAutomatically(10_000 / share), 3],
			[far, await listItems(stage, 100 / share), 3],
			[far, await listDeliveries(stage, 500 / share), 3],
		);
		const measured: Measured[] = [];
		for (const [line, workload, rounds] of plan) {
			if (!only.test(`${workload.name}, ${line.roundTripMs} ms`)) continue;
			measured.push(await measure(stage, line, workload, rounds));
		}
		const { markdown, charts } = requestsReport(measured);
		await publish('bench/requests', markdown, charts);
	} finally {
		await stage.close();
	}
}

/** All contestants in turns; a first turn that does not count warms n8n up. */
async function measure(
	stage: BenchStage,
	line: Line,
	workload: Workload,
	rounds: number,
): Promise<Measured> {
	const { requests } = workload;
	const contestants = new Map<string, (round: number) => Promise<Run | undefined>>();
	for (const kind of KINDS) {
		const node = nodeOf(kind, workload, line);
		if (!node) continue;
		const id = await prepare(stage, workload.rows, node);
		const long = kind === 'rival' && requests.length >= LONG_LOOP;
		const sent = kind === 'editFields' ? 0 : requests.length;
		contestants.set(kind, async (round) =>
			long && round !== 1 ? undefined : await runNode(stage, line, id, node.name, sent),
		);
	}
	contestants.set('undici', async () =>
		runBeside(
			stage,
			line,
			async () =>
				await stage.client.run('undici', {
					origin: line.origin,
					apiKey: stage.emulator.apiKey,
					requests,
					concurrency: CONCURRENCY,
				}),
		),
	);
	const runs = new Map<string, Run[]>([...contestants.keys()].map((name) => [name, []]));
	for (let round = 0; round <= rounds; round++) {
		console.error(`${workload.name}, ${line.roundTripMs} ms: round ${round} of ${rounds}`);
		for (const [name, contestant] of contestants) {
			const result = await contestant(round);
			if (round > 0 && result) runs.get(name)?.push(result);
		}
	}
	return { name: workload.name, requests: requests.length, roundTripMs: line.roundTripMs, runs };
}
