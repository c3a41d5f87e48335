// Files through n8n: this node next to n8n's own HTTP Request node, in the same n8n, in turns.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { INode } from 'n8n-workflow';

import { call } from '../emulator/apiClient.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { manualRows, node, workflow } from '../stage/workflow.ts';
import { MemoryWatch } from './memory.ts';

const FILE_BYTES = 10_485_760;
const SMALL_BYTES = 2_000;
const DOWNLOADS = 100;
const UPLOADS = 20;
const ROUNDS = 3;
const LIMIT_MS = 300_000;

interface Measurement {
	seconds: number;
	growth: number;
}

/** Prints a Markdown table; takes about three minutes and 2 GB of disk. */
export async function run(): Promise<void> {
	const log = (line: string) => console.error(line);
	const stage = await startStage({ log, emulator: { recordRequests: false } });
	const memory = new MemoryWatch(stage.n8n.pid);
	try {
		const links = await resultLinks(stage, DOWNLOADS, FILE_BYTES);
		const small = await resultLinks(stage, 3, SMALL_BYTES);
		const download = async (under: INode, files = links) =>
			await measure(
				stage,
				memory,
				under,
				files.map((link) => ({ link })),
			);
		const upload = async (under: INode, files = links.slice(0, UPLOADS)) =>
			await measure(stage, memory, under, await uploadRows(stage, files), [httpDownload()]);
		const runs = [
			{
				name: `Download ${DOWNLOADS} × 10 MB`,
				files: DOWNLOADS,
				work: download,
				ours: media(stage, { urls: '={{ $json.link }}' }),
				theirs: { ...httpDownload(), name: 'Theirs' },
			},
			{
				name: `Upload ${UPLOADS} × 10 MB`,
				files: UPLOADS,
				work: upload,
				ours: media(stage, { operation: 'upload' }),
				theirs: httpUpload(),
			},
		];
		const lines: string[] = [];
		for (const { name, files, work, ours, theirs } of runs) {
			const results: { ours: Measurement[]; theirs: Measurement[] } = { ours: [], theirs: [] };
			// Small files only: n8n loads its code, while the memory that large ones take has yet to grow.
			for (const under of [ours, theirs]) await work(under, small);
			for (let round = 1; round <= ROUNDS; round++) {
				for (const [side, under] of [
					['ours', ours],
					['theirs', theirs],
				] as const) {
					const result = await work(under);
					results[side].push(result);
					log(
						`${name}, round ${round}, ${under.type}: ${result.seconds.toFixed(2)} s, ${(result.growth / 1_048_576).toFixed(0)} MiB more`,
					);
				}
			}
			lines.push(...table(name, files, results));
		}
		const text = [
			`Median time and largest memory growth of ${ROUNDS} rounds each; files of 10 MiB, binary data in the file system.`,
			'',
			'| | Runflow | HTTP Request | ratio |',
			'|---|---|---|---|',
			...lines,
		].join('\n');
		console.log(text);
	} finally {
		memory.stop();
		await stage.close();
	}
}

function table(
	name: string,
	files: number,
	{ ours, theirs }: { ours: Measurement[]; theirs: Measurement[] },
): string[] {
	const time = (all: Measurement[]) => median(all.map(({ seconds }) => seconds));
	const rate = (all: Measurement[]) => (files * FILE_BYTES) / 1_048_576 / time(all);
	const growth = (all: Measurement[]) => Math.max(...all.map((each) => each.growth)) / 1_048_576;
	const mb = (value: number) => value.toFixed(0);
	const ratio = (value: number) => value.toFixed(2);
	return [
		`| ${name}: time | ${time(ours).toFixed(2)} s | ${time(theirs).toFixed(2)} s | ${ratio(time(ours) / time(theirs))} |`,
		`| ${name}: throughput | ${mb(rate(ours))} MiB/s | ${mb(rate(theirs))} MiB/s | ${ratio(rate(ours) / rate(theirs))} |`,
		`| ${name}: peak memory growth | ${mb(growth(ours))} MiB | ${mb(growth(theirs))} MiB | ${ratio(growth(ours) / growth(theirs))} |`,
	];
}

/** Runs a workflow that ends with the node and looks at the node's share of it alone. */
async function measure(
	stage: Stage,
	memory: MemoryWatch,
	under: INode,
	rows: object[],
	before: INode[] = [],
): Promise<Measurement> {
	const { id } = await stage.n8n.createWorkflow(
		workflow('Bench', [...manualRows(rows), ...before, under]),
	);
	const { executionId } = await stage.n8n.runWorkflow(id);
	const execution = await stage.n8n.waitForExecution({ id: executionId }, LIMIT_MS);
	const [task] = execution.data.resultData.runData[under.name] ?? [];
	const items = task?.data?.main?.[0]?.length;
	if (execution.status !== 'success' || items !== rows.length) {
		throw new Error(
			`${under.name} gave ${items} items: ${JSON.stringify(execution.data.resultData.error)}`,
		);
	}
	rmSync(join(stage.n8n.userFolder, '.n8n', 'storage', 'workflows', id), {
		recursive: true,
		force: true,
	});
	return {
		seconds: task.executionTime / 1000,
		growth: memory.growth(task.startTime, task.executionTime),
	};
}

async function resultLinks(
	{ emulator }: Stage,
	count: number,
	output_bytes: number,
): Promise<string[]> {
	const input = Array.from({ length: count }, () => ({ output_bytes }));
	const { json } = await call(emulator, 'POST /v1/models/acme/big-files/batches', { input });
	await emulator.settled();
	const batch = await call(emulator, `GET /v1/batches/${json.id}`);
	const rows = batch.json.output.items as Array<{ output: { outputs: Array<{ url: string }> } }>;
	return rows.flatMap(({ output }) => output.outputs.map(({ url }) => url));
}

/** Sessions for the node that only knows how to send the bytes. */
async function uploadRows({ emulator }: Stage, links: string[]) {
	return await Promise.all(
		links.map(async (link) => {
			const { headers } = await fetch(link, { headers: { range: 'bytes=0-0' } });
			const size_bytes = Number(headers.get('content-range')?.split('/')[1]);
			const session = { filename: 'a.png', mime_type: 'image/png', size_bytes };
			const { json } = await call(emulator, 'POST /v1/asset-uploads', session);
			return { link, upload_url: json.upload_url as string };
		}),
	);
}

const media = (stage: Stage, parameters: INode['parameters']) =>
	node(
		'Media',
		'n8n-nodes-runflow.runflow',
		{ resource: 'media', operation: 'download', ...parameters },
		{ credentials: stage.credential },
	);

const httpDownload = () =>
	node(
		'Fetch',
		'httpRequest',
		{
			url: '={{ $json.link }}',
			options: { response: { response: { responseFormat: 'file', outputPropertyName: 'data' } } },
		},
		{ typeVersion: 4.2 },
	);

const httpUpload = () =>
	node(
		'Theirs',
		'httpRequest',
		{
			method: 'PUT',
			url: "={{ $('Rows').item.json.upload_url }}",
			sendBody: true,
			contentType: 'binaryData',
			inputDataFieldName: 'data',
			options: {},
		},
		{ typeVersion: 4.2 },
	);

function median(values: number[]): number {
	return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
