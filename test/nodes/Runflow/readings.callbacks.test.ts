import fc from 'fast-check';

import { CALLBACK_SECRET, credential } from '../../fakes/node.ts';
import {
	RUNS,
	readings,
	prompts,
	emulator,
	under,
	finishedBatch,
	checkRows,
	webhookClock,
} from '../../fakes/readings.ts';
import { receiveCallback } from '../../fakes/receiveRun.ts';
import { resumeParked } from '../../fakes/resumeRun.ts';

describe('under every reading of what the docs leave open: callbacks', () => {
	it('Runflow Trigger starts with every row, or at least with the batch', async () => {
		let workflows = 0;
		const authenticity = fc.constantFrom('signature', 'api');
		await fc.assert(
			fc.asyncProperty(readings, prompts, authenticity, async (chosen, rows, how) => {
				await under(chosen, async () => {
					const { id, body } = await finishedBatch(rows);
					const setup = {
						body,
						parameters: { authenticity: how, output: 'items' },
						credential: { ...credential, baseUrl: emulator.url },
						edition: { clock: webhookClock },
						workflowId: `workflow-${++workflows}-under-readings`,
					};
					let outcome = await receiveCallback(setup);
					// A batch that still reads as running is delivered again.
					for (let again = 0; outcome.status === 503 && again < 3; again++) {
						outcome = await receiveCallback(setup);
					}
					expect(outcome.status).toBe(200);
					const started = outcome.started ?? [];
					expect(started.length).toBeGreaterThan(0);
					for (const { json } of started) expect(json.batch_id).toBe(id);
					if (chosen.staleReads === 0) checkRows(started, id);
					// Whatever was read too early, no row passes for another or for a success.
					for (const { json } of started.filter((item) => item.json.id)) {
						const item = emulator.batches.get(id)!.items.find((each) => each.id === json.id)!;
						expect(json.error === null).toBe((json.urls as string[]).length > 0);
						expect(json.client_ref).toBe(item.clientRef);
					}
				});
			}),
			RUNS,
		);
	});

	it('a parked node goes on once all its batches are finished, whoever calls last', async () => {
		const secrets = fc.constantFrom(CALLBACK_SECRET, '');
		await fc.assert(
			fc.asyncProperty(readings, secrets, async (chosen, callbackSecret) => {
				await under(chosen, async () => {
					const batches = [await finishedBatch(['fine']), await finishedBatch(['a [fail]'])];
					const setup = {
						awaiting: {
							runIndex: 0,
							batches: batches.map(({ id }) => ({ id, itemIndexes: [0] })),
							failed: [],
						},
						credential: {
							...credential,
							callbackSecret,
							previousCallbackSecret: '',
							baseUrl: emulator.url,
						},
						executionId: batches[0].id,
						edition: { clock: webhookClock },
					};
					let resumed = 0;
					for (const { body } of batches) {
						for (let delivery = 0; delivery < 4; delivery++) {
							const outcome = await resumeParked({ ...setup, body });
							if (outcome.disabled === false) resumed++;
							if (outcome.status === 200) break;
						}
					}
					expect(resumed).toBeGreaterThanOrEqual(1);
				});
			}),
			RUNS,
		);
	});
});
