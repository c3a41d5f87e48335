import { call } from '../emulator/apiClient.ts';
import { startStage } from '../stage/stage.ts';
import { manualRows, node, workflow } from '../stage/workflow.ts';
import { MemoryWatch } from '/tmp/exp/memory.ts';
const stage = await startStage({
	log: () => {},
	emulator: { recordRequests: false },
	n8n: { env: JSON.parse(process.env.EXP_ENV ?? '{}') },
});
const memory = new MemoryWatch(stage.n8n.pid);
const links = async (count: number, output_bytes: number) => {
	const input = Array.from({ length: count }, () => ({ output_bytes }));
	const { json } = await call(stage.emulator, 'POST /v1/models/acme/big-files/batches', { input });
	await stage.emulator.settled();
	const batch = await call(stage.emulator, `GET /v1/batches/${json.id}`);
	return (batch.json.output.items as any[]).flatMap(({ output }) =>
		output.outputs.map(({ url }: any) => url),
	);
};
const run = async (urls: string[], concurrency: number, label: string) => {
	const { id } = await stage.n8n.createWorkflow(
		workflow('B', [
			...manualRows(urls.map((link) => ({ link }))),
			node(
				'Media',
				'n8n-nodes-runflow.runflow',
				{
					resource: 'media',
					operation: 'download',
					urls: '={{ $json.link }}',
					options: { concurrency },
				},
				{ credentials: stage.credential },
			),
		]),
	);
	const { executionId } = await stage.n8n.runWorkflow(id);
	const ex = await stage.n8n.waitForExecution({ id: executionId }, 300_000);
	const [task] = ex.data.resultData.runData.Media as any[];
	console.log(
		label,
		'c',
		concurrency,
		(task.executionTime / 1000).toFixed(2),
		's',
		(memory.growth(task.startTime, task.executionTime) / 1048576).toFixed(0),
		'MiB',
	);
};
try {
	const big = await links(100, 10_485_760);
	const c = Number(process.env.EXP_C ?? 5);
	if (process.env.EXP_WARM) await run(await links(3, 2000), c, 'warm-up small');
	await run(big, c, 'cold');
	await run(big, c, 'second');
	await run(big, c, 'third');
} finally {
	memory.stop();
	await stage.close();
}
