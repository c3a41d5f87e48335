// Files through n8n: this node next to n8n's own HTTP Request node.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { INode } from 'n8n-workflow';

import { fetchFile, resultLinks } from '../stage/files.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { manualRows, workflow } from '../stage/workflow.ts';
import { quick } from './figures.ts';
import { mediaReport, type Compared, type Fresh, type Transfer } from './media-report.ts';
import { httpUpload, media, uploadRows } from './media-work.ts';
import { ProcessWatch } from './process-watch.ts';
import { publish } from './report.ts';

const FILE_BYTES = 10_485_760;
const SMALL_BYTES = 2_000;
const DOWNLOADS = quick ? 10 : 100;
const UPLOADS = quick ? 4 : 20;
const ROUNDS = quick ? 1 : 3;
const LIMIT_MS = 300_000;

/** A stage with what measures it and what its files are. */
interface MediaStage extends Stage {
	watch: ProcessWatch;
	links: string[];
}

/** Takes about five minutes and 2 GB of disk. */
export async function run(): Promise<void> {
	const fresh: Fresh = {
		runflow: await onStage(async (stage) => await threeTimes(stage, download(stage))),
		httpRequest: await onStage(async (stage) => await threeTimes(stage, fetchFile())),
	};
	await publish('bench/media', mediaReport(await onStage(compare), fresh));
}

async function onStage<Result>(work: (stage: MediaStage) => Promise<Result>): Promise<Result> {
	const log = (line: string) => console.error(line);
	const stage = await startStage({ log, emulator: { recordRequests: false } });
	const watch = new ProcessWatch(stage.n8n.pid);
	try {
		const links = await resultLinks(stage.emulator, DOWNLOADS, FILE_BYTES);
		return await work({ ...stage, watch, links });
	} finally {
		watch.stop();
		await stage.close();
	}
}

const download = (stage: Stage) => media(stage, { urls: '={{ $json.link }}' });

async function threeTimes(stage: MediaStage, under: INode): Promise<Transfer[]> {
	const rows = stage.links.map((link) => ({ link }));
	const transfers: Transfer[] = [];
	for (let run = 0; run < 3; run++) transfers.push(await measure(stage, under, rows));
	return transfers;
}

async function compare(stage: MediaStage): Promise<Compared[]> {
	const small = await resultLinks(stage.emulator, 3, SMALL_BYTES);
	const downloads = async (under: INode, files = stage.links) =>
		await measure(
			stage,
			under,
			files.map((link) => ({ link })),
		);
	const uploads = async (under: INode, files = stage.links.slice(0, UPLOADS)) =>
		await measure(stage, under, await uploadRows(stage, files), [fetchFile()]);
	const upload = media(stage, { operation: 'upload' });
	const works = [
		{
			name: 'Download',
			files: DOWNLOADS,
			work: downloads,
			nodes: [download(stage), fetchFile()],
		},
		{ name: 'Upload', files: UPLOADS, work: uploads, nodes: [upload, httpUpload()] },
	];
	const compared: Compared[] = [];
	for (const { name, files, work, nodes } of works) {
		const rounds: Compared['rounds'] = { runflow: [], httpRequest: [] };
		for (const under of nodes) await work(under, small);
		for (let round = 0; round < ROUNDS; round++) {
			for (const [index, under] of nodes.entries()) {
				rounds[index === 0 ? 'runflow' : 'httpRequest'].push(await work(under));
			}
		}
		compared.push({
			name: `${name} ${files} × 10 MB`,
			megabytes: (files * FILE_BYTES) / 1e6,
			rounds,
		});
	}
	return compared;
}

/** Runs a workflow that ends with the node and looks at the node's share of it alone. */
export async function measure(
	{ n8n, watch }: Pick<MediaStage, 'n8n' | 'watch'>,
	under: INode,
	rows: object[],
	before: INode[] = [],
): Promise<Transfer> {
	const { id } = await n8n.createWorkflow(
		workflow('Bench', [...manualRows(rows), ...before, under]),
	);
	watch.clear();
	const { executionId } = await n8n.runWorkflow(id);
	const execution = await n8n.waitForExecution({ id: executionId }, LIMIT_MS);
	watch.sample();
	const [task] = execution.data.resultData.runData[under.name] ?? [];
	const items = task?.data?.main?.[0]?.length;
	if (execution.status !== 'success' || items !== rows.length) {
		throw new Error(
			`${under.name} gave ${items} items: ${JSON.stringify(execution.data.resultData.error)}`,
		);
	}
	rmSync(join(n8n.userFolder, '.n8n', 'storage', 'workflows', id), {
		recursive: true,
		force: true,
	});
	const { growthBytes } = watch.cost(task.startTime, task.executionTime);
	console.error(`${under.type}: ${task.executionTime} ms, ${growthBytes} bytes more`);
	return { ms: task.executionTime, growthBytes };
}
