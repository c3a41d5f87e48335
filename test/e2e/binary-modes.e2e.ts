import { itemsOf } from '../n8n/index.ts';
import { resultLinks } from '../stage/files.ts';
import { hashFiles, hashOf, media, mediaRound } from '../stage/mediaRound.ts';
import { jsonOf, run } from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { manualRows, workflow } from '../stage/workflow.ts';

/** What n8n is set to, and how the id of a file begins that it keeps there; in memory a file has none. */
describe.each([
	['default', undefined],
	['filesystem', 'filesystem-v2:'],
	['database', 'database:'],
])('files where N8N_DEFAULT_BINARY_DATA_MODE is %s', (mode, place) => {
	let stage: Stage;

	beforeAll(async () => {
		const env = {
			N8N_DEFAULT_BINARY_DATA_MODE: mode,
			// n8n 1 keeps files in memory where the mode is not among these; later ones read it no more.
			N8N_AVAILABLE_BINARY_DATA_MODES: 'filesystem,database',
		};
		stage = await startStage({ n8n: { env } });
	}, 900_000);
	afterAll(async () => await stage?.close());

	it('go up and come down byte for byte, and are kept there', async () => {
		const execution = await run(stage, mediaRound(stage, await resultLinks(stage.emulator, 3)));
		expect(execution.data.resultData.error).toBeUndefined();
		const rows = jsonOf(execution, 'Runflow') as Array<{ urls: string[] }>;
		const results = rows.flatMap(({ urls }) => urls);
		expect(results).toHaveLength(9);
		expect(jsonOf(execution, 'Hash').map(({ sha256 }) => sha256)).toEqual(
			await Promise.all(results.map(hashOf)),
		);
		for (const { binary } of itemsOf(execution, 'Media')) {
			const { id, data, mimeType } = binary!.data;
			expect(mimeType).toBe('image/png');
			expect(id?.slice(0, place?.length)).toBe(place);
			if (!place) expect(Buffer.from(data, 'base64').subarray(1, 4).toString()).toBe('PNG');
		}
	});

	it('are taken up again where a connection breaks', async () => {
		const links = await resultLinks(stage.emulator, 2, 300_000);
		const batchId = [...stage.emulator.batches.keys()].at(-1);
		stage.emulator.faults.add({ on: 'GET /files/*', kind: 'truncated', times: 1 });
		const execution = await run(
			stage,
			workflow('Batch', [
				...manualRows([{}]),
				media(stage, { source: 'batch', batchId }),
				hashFiles(),
			]),
		);
		expect(execution.data.resultData.error).toBeUndefined();
		expect(jsonOf(execution, 'Hash').map(({ sha256 }) => sha256)).toEqual(
			await Promise.all(links.map(hashOf)),
		);
	});
});
