import type { IDataObject } from 'n8n-workflow';

import { startEmulator, type Emulator } from '../../../../emulator/emulator.ts';
import { runEmulated, someRun } from '../../../../fakes/emulatedRun.ts';

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 0 });
});
afterEach(async () => await emulator.close());

const run = async (parameters: IDataObject) => await runEmulated(emulator, parameters);

describe('Run > Get', () => {
	it('tells of a run in the shape of a row', async () => {
		const runId = await someRun(emulator, { client_ref: 'mine', metadata: { a: 1 } });
		const [{ json }] = await run({ operation: 'get', runId });
		expect(json).toEqual({
			id: runId,
			run_id: runId,
			batch_id: null,
			sequence_index: null,
			client_ref: 'mine',
			status_code: 'succeeded',
			output: { outputs: [expect.objectContaining({ type: 'image' })] },
			urls: [expect.stringMatching(/^http/)],
			error: null,
			cost: '0.10',
			metadata: { a: 1 },
			duration_ms: expect.any(Number),
			created_at: expect.any(String),
			completed_at: expect.any(String),
		});
		const [full] = await run({ operation: 'get', runId, simplify: false });
		expect(full.json).toMatchObject({ ...json, input: { prompt: 'a' }, target_type: 'model' });
	});

	it.each(['cancelled', 'canceled'] as const)(
		'says why a run did not succeed: %s',
		async (word) => {
			emulator.settings.itemCancelSpelling = word;
			const cancelled = await someRun(emulator, { input: { prompt: '[cancel]' } });
			const failed = await someRun(emulator, { input: { prompt: '[fail]' } });
			const get = async (runId: string) => (await run({ operation: 'get', runId }))[0].json;
			expect(await get(cancelled)).toMatchObject({
				status_code: 'cancelled',
				error: { message: 'The row was cancelled' },
			});
			expect(await get(failed)).toMatchObject({
				status_code: 'failed',
				error: { code: 'MODEL_ERROR', message: 'The model could not process this input' },
				output: null,
			});
		},
	);
});
