import fc from 'fast-check';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { createBatch } from '../../../nodes/Runflow/runflow/index.ts';
import { call } from '../../emulator/apiClient.ts';
import { CONVENIENT } from '../../emulator/readings.ts';
import { fakeApi } from '../../fakes/api.ts';
import {
	POLLING,
	RUNS,
	readings,
	prompts,
	emulator,
	under,
	finishedBatch,
	checkRow,
	checkRows,
	pause,
	clock,
	runNode,
} from '../../fakes/readings.ts';

describe('under every reading of what the docs leave open', () => {
	it('Create and Wait pays once and gives every row its own result', async () => {
		const faults = fc.constantFrom('none', 'reset-after', 'truncated', 'status');
		await fc.assert(
			fc.asyncProperty(readings, prompts, faults, async (chosen, rows, fault) => {
				await under(chosen, async () => {
					if (fault !== 'none') {
						emulator.faults.add({ on: 'POST /v1/models/*', kind: fault as never, times: 1 });
					}
					const parameters = (itemIndex: number): IDataObject => ({
						resource: 'batch',
						operation: 'createAndWait',
						model: { __rl: true, mode: 'id', value: 'acme/undeclared' },
						inputMode: 'jsonPerItem',
						itemJson: { prompt: rows[itemIndex], client_ref: `row-${itemIndex}` },
						...POLLING,
					});
					const outcome = await runNode({}, { parameters, items: rows.length }).catch(
						(error: unknown) => error,
					);
					if (fault === 'status' && chosen.rememberFailures) {
						expect(outcome).toMatchObject({ name: 'NodeApiError' });
						expect(emulator.charges).toEqual([]);
						return;
					}
					const [batchId, ...others] = emulator.batches.keys();
					expect([others, emulator.charges.length]).toEqual([[], 1]);
					checkRows(outcome as INodeExecutionData[], batchId);
				});
			}),
			RUNS,
		);
	});

	it.each(['batch', 'run'])(
		'Create and Wait (%s) pays for each lone row once',
		async (resource) => {
			const faults = fc.constantFrom('none', 'reset-before', 'reset-after', 'truncated', 'status');
			await fc.assert(
				fc.asyncProperty(readings, prompts, faults, async (chosen, rows, fault) => {
					await under(chosen, async () => {
						if (fault !== 'none') {
							// The first run goes out alone, and must not use up its tries on them.
							const times = Math.min(rows.length, 3);
							emulator.faults.add({ on: /^POST .*\/runs$/, kind: fault as never, times });
						}
						const parameters = (itemIndex: number): IDataObject => ({
							resource,
							operation: 'createAndWait',
							model: { __rl: true, mode: 'id', value: 'acme/provider-only' },
							inputMode: 'jsonPerItem',
							itemJson: { prompt: rows[itemIndex], client_ref: `row-${itemIndex}` },
							...POLLING,
						});
						const outcome = await runNode({}, { parameters, items: rows.length }).catch(
							(error: unknown) => error,
						);
						expect(emulator.batches.size).toBe(0);
						if (fault === 'status' && chosen.rememberFailures && chosen.runKeys === 'honoured') {
							expect(outcome).toMatchObject({ name: 'NodeApiError' });
							expect(emulator.charges).toEqual([]);
							return;
						}
						const made = [...emulator.runs.values()];
						expect(made).toHaveLength(rows.length);
						expect(outcome).toHaveLength(rows.length);
						(outcome as INodeExecutionData[]).forEach(({ json, pairedItem }, place) => {
							const own = made.find(({ id }) => id === json.run_id)!;
							expect(own.items[0].input).toEqual({ prompt: rows[place] });
							const succeeded = own.items[0].statusCode === 'succeeded';
							expect(json).toMatchObject({
								id: own.id,
								batch_id: null,
								client_ref: `row-${place}`,
								status_code: own.statusCode,
								error: succeeded ? null : expect.anything(),
								urls: succeeded ? [expect.stringContaining(own.items[0].files[0].id)] : [],
							});
							expect(pairedItem).toEqual({ item: place });
						});
					});
				}),
				RUNS,
			);
		},
	);

	it('two creations under one key are one batch', async () => {
		await fc.assert(
			fc.asyncProperty(readings, async (chosen) => {
				await under(chosen, async () => {
					const on = 'POST /v1/models/*';
					emulator.faults.add({ on, kind: 'slow-work', times: 1, ms: 2 });
					const body = JSON.stringify({ input: [{ prompt: 'x' }] });
					const create = async (inDoubt: boolean) =>
						await createBatch(
							fakeApi({ baseUrl: emulator.url, clock }),
							'acme/undeclared',
							body,
							'key-1',
							{ inDoubt },
						);
					const first = create(false);
					while (emulator.requestCount === 0) await pause();
					expect((await create(true)).id).toBe((await first).id);
					expect(emulator.charges).toHaveLength(1);
				});
			}),
			RUNS,
		);
	});

	it('Wait, Batch Item and Batch > Get tell the same of every row', async () => {
		await fc.assert(
			fc.asyncProperty(readings, prompts, async (chosen, rows) => {
				await under(chosen, async () => {
					const { id } = await finishedBatch(rows);
					const about = { resource: 'batch', batchId: id };
					checkRows(
						await runNode({ ...about, operation: 'wait', output: 'items', ...POLLING }),
						id,
					);
					const listed = await runNode({
						resource: 'batchItem',
						operation: 'getAll',
						batchId: id,
						returnAll: true,
					});
					checkRows(listed, id);
					const [one] = await runNode({
						resource: 'batchItem',
						operation: 'get',
						batchId: id,
						itemId: listed[0].json.id,
					});
					const first = { ...one.json, sequence_index: listed[0].json.sequence_index };
					checkRow(first, id, 0);
					const [{ json }] = await runNode({ ...about, operation: 'get' });
					expect(json).toMatchObject({ id, batch_id: id });
					expect(typeof json.cost).toBe('string');
				});
			}),
			RUNS,
		);
	});

	it('errors are told the same, nested or flat', async () => {
		const told = new Set<string>();
		for (const nestedErrors of [false, true]) {
			await under({ ...CONVENIENT, nestedErrors }, async () => {
				const refused = await runNode({
					resource: 'batch',
					operation: 'get',
					batchId: '3c90c3cc-0d44-4b50-8888-8dd25736052a',
				}).catch((error: Error) => error.message);
				told.add(String(refused));
				expect((await call(emulator, 'GET /v1/nothing')).status).toBe(404);
			});
		}
		expect(told.size).toBe(1);
	});
});
