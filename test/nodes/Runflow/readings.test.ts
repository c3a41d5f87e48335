import fc from 'fast-check';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { Runflow } from '../../../nodes/Runflow/Runflow.node.ts';
import { createBatch, type Clock } from '../../../nodes/Runflow/runflow/index.ts';
import { nodeClock } from '../../../nodes/Runflow/runflow/node/index.ts';
import { call, createBatch as createAtEmulator } from '../../emulator/apiClient.ts';
import { startCallbackReceiver, type CallbackReceiver } from '../../emulator/callbackReceiver.ts';
import { startEmulator, type Emulator, type Readings } from '../../emulator/emulator.ts';
import { fakeApi } from '../../fakes/api.ts';
import { API_KEY, CALLBACK_SECRET, credential } from '../../fakes/node.ts';
import { receiveCallback } from '../../fakes/receiveRun.ts';
import { resumeParked } from '../../fakes/resumeRun.ts';
import { waitingContext } from '../../fakes/waitingContext.ts';

/** The same every time; a failure is printed with its seed and its readings. */
const RUNS = { seed: 20_261_124, numRuns: 60 };

// Nothing waits in earnest, but everything lets others go on.
const pause = async () => await new Promise<void>((resolve) => setTimeout(resolve, 1));
let now = 0;
const clock: Clock = {
	now: () => now,
	random: Math.random,
	pause: async (ms) => {
		now += ms;
		await pause();
	},
};
// The limits on the answer to a callback, which are seconds, are those of the real time.
const webhookClock: Clock = {
	...nodeClock,
	pause: async (ms, signal) => await (ms < 1_000 ? pause() : nodeClock.pause(ms, signal)),
};

const readings: fc.Arbitrary<Readings> = fc.record({
	inFlightDuplicate: fc.constantFrom('wait', 'conflict'),
	rememberFailures: fc.boolean(),
	staleReads: fc.nat(2),
	unsuccessfulRows: fc.constantFrom('documented', 'expired', 'running'),
	firstSequence: fc.constantFrom(0, 1),
	batchOutput: fc.constantFrom('whole', 'part', 'none'),
	numericCost: fc.boolean(),
	runCreated: fc.constantFrom(200, 201),
	runKeys: fc.constantFrom('honoured', 'ignored'),
	runFilter: fc.constantFrom('EQ', 'colon', 'neither'),
	unlistedReads: fc.nat(2),
	balanceForm: fc.constantFrom('decimal', 'cents'),
	nestedErrors: fc.boolean(),
	cursorStyle: fc.constantFrom('next', 'next_pq', 'url'),
	itemCancelSpelling: fc.constantFrom('cancelled', 'canceled'),
});
const prompts = fc.array(fc.constantFrom('fine', 'a [fail]', 'a [cancel]'), {
	minLength: 1,
	maxLength: 5,
});

let emulator: Emulator;
let receiver: CallbackReceiver;

/** Runs the work with an emulator of these readings and a receiver of its callbacks. */
async function under(chosen: Readings, work: () => Promise<void>): Promise<void> {
	emulator = await startEmulator({
		apiKey: API_KEY,
		callbackSecret: CALLBACK_SECRET,
		processingMs: 1,
		readings: chosen,
	});
	receiver = await startCallbackReceiver();
	try {
		await work();
	} finally {
		await emulator.close();
		await receiver.close();
	}
}

async function run(parameters: IDataObject, more: object = {}): Promise<INodeExecutionData[]> {
	const { context } = waitingContext({
		parameters,
		credential: { ...credential, baseUrl: emulator.url },
		edition: { clock },
		...more,
	});
	return (await new Runflow().execute.call(context))[0];
}

/** A finished batch, and the callback that it sent. */
async function finishedBatch(rows: string[]): Promise<{ id: string; body: Buffer }> {
	const input = rows.map((prompt, row) => ({ prompt, client_ref: `row-${row}` }));
	const id = await createAtEmulator(emulator, input, { callback_url: receiver.url });
	await emulator.settled();
	return { id, body: receiver.received.at(-1)!.body };
}

/** Each row is its own, has what it was paid for, and says so when it did not succeed. */
function checkRow(json: IDataObject, batchId: string, place: number): void {
	const item = emulator.batches.get(batchId)!.items[place];
	const { id, index, runId, clientRef, files, costCents } = item;
	expect(json).toMatchObject({
		id,
		batch_id: batchId,
		run_id: runId,
		client_ref: clientRef,
	});
	const succeeded = item.statusCode === 'succeeded';
	expect((json.urls as string[]).map((url) => files.some((file) => url.includes(file.id)))).toEqual(
		succeeded ? [true] : [],
	);
	expect(json.error === null).toBe(succeeded);
	if (json.sequence_index !== index)
		throw new Error(`row ${index} is ${String(json.sequence_index)}`);
	if (json.cost !== null) expect(Number(json.cost)).toBe((costCents ?? 0) / 100);
	expect(['string', 'object']).toContain(typeof json.cost);
}

function checkRows(items: INodeExecutionData[], batchId: string): void {
	expect(items).toHaveLength(emulator.batches.get(batchId)!.items.length);
	items.forEach(({ json }, place) => checkRow(json, batchId, place));
}

const POLLING = { waitFor: 'polling', timeout: 10, pollInterval: 5, options: {} };

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
					const outcome = await run({}, { parameters, items: rows.length }).catch(
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
							const times = rows.length;
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
						const outcome = await run({}, { parameters, items: rows.length }).catch(
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
					checkRows(await run({ ...about, operation: 'wait', output: 'items', ...POLLING }), id);
					const listed = await run({
						resource: 'batchItem',
						operation: 'getAll',
						batchId: id,
						returnAll: true,
					});
					checkRows(listed, id);
					const [one] = await run({
						resource: 'batchItem',
						operation: 'get',
						batchId: id,
						itemId: listed[0].json.id,
					});
					const first = { ...one.json, sequence_index: listed[0].json.sequence_index };
					checkRow(first, id, 0);
					const [{ json }] = await run({ ...about, operation: 'get' });
					expect(json).toMatchObject({ id, batch_id: id });
					expect(typeof json.cost).toBe('string');
				});
			}),
			RUNS,
		);
	});

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

	it('errors are told the same, nested or flat', async () => {
		const told = new Set<string>();
		for (const nestedErrors of [false, true]) {
			await under({ ...(await convenient()), nestedErrors }, async () => {
				const refused = await run({
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

async function convenient(): Promise<Readings> {
	return (await import('../../emulator/readings.ts')).CONVENIENT;
}
