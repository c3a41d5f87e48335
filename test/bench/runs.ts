// Runs of single rows next to bare undici, and the files of rows next to Media > Download.
import type { INodeParameters } from 'n8n-workflow';

import { resultLinks } from '../stage/files.ts';
import { createAndWait } from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { startBenchStage, type BenchStage } from './bench-stage.ts';
import type { LoadRequest } from './client-tasks.ts';
import { duration, factor, machine, mebibytes, median, quick, table } from './figures.ts';
import type { Transfer } from './media-report.ts';
import { media } from './media-work.ts';
import { measure } from './media.ts';
import { prepare, runBeside, runNode, type Run } from './node-run.ts';
import { ProcessWatch } from './process-watch.ts';
import { publish } from './report.ts';
import { nodeOf, type Workload } from './workloads.ts';

const MODEL = 'acme/provider-only';
const ROWS = 100;
const CONCURRENCY = 16;
const ROUND_TRIP_MS = 20;
const ROUNDS = quick ? 1 : 5;
const FILES = quick ? 10 : 100;
const FILE_BYTES = 10_485_760;
/** In an n8n that was started for it. */
const TIMES = quick ? 1 : 3;

interface Compared {
	name: string;
	node: Run[];
	undici: Run[];
}

/** Takes about three minutes and 1 GB of disk. */
export async function run(): Promise<void> {
	const stage = await startBenchStage([ROUND_TRIP_MS]);
	const compared: Compared[] = [];
	try {
		compared.push(await compare(stage, runsOfRows('run')));
		compared.push(await compare(stage, runsOfRows('batch')));
	} finally {
		await stage.close();
	}
	const memory: Array<{ name: string; transfers: Transfer[] }> = [
		{ name: 'Create and Wait, Download Files', transfers: await inOwnN8n(filesOfRows) },
		{ name: 'Media > Download', transfers: await inOwnN8n(filesOfLinks) },
	];
	await publish('bench/runs', report(compared, memory));
}

/** A hundred rows that run each by itself: at once, or after a batch of theirs was refused. */
function runsOfRows(resource: 'run' | 'batch'): Workload {
	const rows = Array.from({ length: ROWS }, (_, index) => ({ prompt: `Picture ${index}` }));
	const runs = rows.map((input, index): LoadRequest => ({
		method: 'POST',
		path: `/v1/models/${MODEL}/runs`,
		body: JSON.stringify({ input, client_ref: `row-${index}` }),
	}));
	const refused: LoadRequest = {
		method: 'POST',
		path: `/v1/models/${MODEL}/batches`,
		body: JSON.stringify({ input: rows }),
		answers: 422,
	};
	return {
		name:
			resource === 'run'
				? `Run > Create, ${ROWS} items`
				: `Batch > Create, ${ROWS} rows, Run Each Row`,
		rows,
		requests: resource === 'run' ? runs : [refused, ...runs],
		runflow: {
			resource,
			operation: 'create',
			model: { __rl: true, mode: 'id', value: MODEL },
			inputMode: 'jsonPerItem',
			itemJson: '={{ $json }}',
			options: resource === 'run' ? {} : { noBatches: 'eachRow' },
		} as INodeParameters,
	};
}

/** In turns; a first turn that does not count warms n8n up. */
async function compare(stage: BenchStage, workload: Workload): Promise<Compared> {
	const [line] = stage.lines;
	const node = nodeOf('runflow', workload, line);
	if (!node) throw new Error('There is no node for this work');
	const id = await prepare(stage, workload.rows, node);
	const compared: Compared = { name: workload.name, node: [], undici: [] };
	for (let round = 0; round <= ROUNDS; round++) {
		console.error(`${workload.name}: round ${round} of ${ROUNDS}`);
		const own = await runNode(stage, line, id, node.name, workload.requests.length);
		const bare = await runBeside(
			stage,
			line,
			async () =>
				await stage.client.run('undici', {
					origin: line.origin,
					apiKey: stage.emulator.apiKey,
					requests: workload.requests,
					concurrency: CONCURRENCY,
				}),
		);
		if (round === 0) continue;
		compared.node.push(own);
		compared.undici.push(bare);
	}
	return compared;
}

async function inOwnN8n(
	work: (stage: Stage & { watch: ProcessWatch }) => Promise<Transfer>,
): Promise<Transfer[]> {
	const log = (line: string) => console.error(line);
	const stage = await startStage({ log, emulator: { recordRequests: false } });
	const watch = new ProcessWatch(stage.n8n.pid);
	try {
		const transfers: Transfer[] = [];
		for (let time = 0; time < TIMES; time++) transfers.push(await work({ ...stage, watch }));
		return transfers;
	} finally {
		watch.stop();
		await stage.close();
	}
}

async function filesOfRows(stage: Stage & { watch: ProcessWatch }): Promise<Transfer> {
	const rows = Array.from({ length: FILES }, () => ({ output_bytes: FILE_BYTES }));
	const node = createAndWait(stage, {
		model: { __rl: true, mode: 'id', value: 'acme/big-files' },
		waitFor: 'polling',
		pollInterval: 0.2,
		downloadFiles: true,
	});
	return await measure(stage, node, rows);
}

async function filesOfLinks(stage: Stage & { watch: ProcessWatch }): Promise<Transfer> {
	const links = await resultLinks(stage.emulator, FILES, FILE_BYTES);
	const node = media(stage, { urls: '={{ $json.link }}' });
	return await measure(
		stage,
		node,
		links.map((link) => ({ link })),
	);
}

function report(
	compared: Compared[],
	memory: Array<{ name: string; transfers: Transfer[] }>,
): string {
	const middle = (runs: Run[]) => median(runs.map(({ ms }) => ms));
	return [
		'# Rows that run each by itself, and files of rows',
		'',
		`Made by \`npm run bench runs\`. ${machine()}`,
		'',
		'## Run Each Row',
		'',
		`A model that takes no batches, over TLS with a round trip of ${ROUND_TRIP_MS} ms, next to the same requests on bare undici, ${CONCURRENCY} at a time in both; in turns, medians of ${ROUNDS} rounds. In Batch the refused creation is one of the requests, and the node has to wait for it. Bar: at most 1.25.`,
		'',
		table(
			['', 'Ratio', 'Runflow', 'Bare undici', 'Requests', 'Connections'],
			compared.map(({ name, node, undici }) => [
				name,
				factor(middle(node) / middle(undici)),
				duration(middle(node)),
				duration(middle(undici)),
				String(node[0].requests),
				String(node[0].connections),
			]),
		),
		'',
		'## Download Files',
		'',
		`By how much the resident memory of n8n exceeds, at its peak, what it was when a node began that gives ${FILES} rows with 10 MB files each, in an n8n that was started for it, with binary data in the file system. Create and Wait makes the batch and waits for it as well. Bar: less than 64 MB, as of Media > Download ([what grows the first time](media.md#memory)).`,
		'',
		table(
			[`${FILES} × 10 MB`, ...memory.map(({ name }) => name)],
			['First work of a new n8n', 'Second time', 'Third time']
				.slice(0, TIMES)
				.map((name, time) => [
					name,
					...memory.map(
						({ transfers }) =>
							`${mebibytes(transfers[time].growthBytes)} in ${duration(transfers[time].ms)}`,
					),
				]),
		),
		'',
	].join('\n');
}
