import fc from 'fast-check';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { Runflow } from '../../nodes/Runflow/Runflow.node.ts';
import type { Clock } from '../../nodes/Runflow/runflow/index.ts';
import { adapter } from './adapters.ts';
import { createBatch } from '../emulator/apiClient.ts';
import { startCallbackReceiver, type CallbackReceiver } from '../emulator/callbackReceiver.ts';
import { startEmulator, type Emulator, type Readings } from '../emulator/emulator.ts';
import { API_KEY, CALLBACK_SECRET, credential } from './node.ts';
import { waitingContext } from './waitingContext.ts';

/** The same every time; a failure is printed with its seed and its readings. */
export const RUNS = { seed: 20_261_124, numRuns: 60 };

// Nothing waits in earnest, but everything lets others go on.
export const pause = async () => await new Promise<void>((resolve) => setTimeout(resolve, 1));
let now = 0;
export const clock: Clock = {
	now: () => now,
	random: Math.random,
	pause: async (ms) => {
		now += ms;
		await pause();
	},
};
// The limits on the answer to a callback, which are seconds, are those of the real time.
export const webhookClock: Clock = {
	...adapter.clock,
	pause: async (ms, signal) => await (ms < 1_000 ? pause() : adapter.clock.pause(ms, signal)),
};

export const readings: fc.Arbitrary<Readings> = fc.record({
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
export const prompts = fc.array(fc.constantFrom('fine', 'a [fail]', 'a [cancel]'), {
	minLength: 1,
	maxLength: 5,
});

/** What the work of `under` meets. */
export let emulator: Emulator;
let receiver: CallbackReceiver;

/** Runs the work with an emulator of these readings and a receiver of its callbacks. */
export async function under(chosen: Readings, work: () => Promise<void>): Promise<void> {
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

export async function runNode(
	parameters: IDataObject,
	more: object = {},
): Promise<INodeExecutionData[]> {
	const { context } = waitingContext({
		parameters,
		credential: { ...credential, baseUrl: emulator.url },
		edition: { clock },
		...more,
	});
	return (await new Runflow().execute.call(context))[0];
}

/** A finished batch, and the callback that it sent. */
export async function finishedBatch(rows: string[]): Promise<{ id: string; body: Buffer }> {
	const input = rows.map((prompt, row) => ({ prompt, client_ref: `row-${row}` }));
	const id = await createBatch(emulator, input, { callback_url: receiver.url });
	await emulator.settled();
	return { id, body: receiver.received.at(-1)!.body };
}

/** Each row is its own, has what it was paid for, and says so when it did not succeed. */
export function checkRow(json: IDataObject, batchId: string, place: number): void {
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

export function checkRows(items: INodeExecutionData[], batchId: string): void {
	expect(items).toHaveLength(emulator.batches.get(batchId)!.items.length);
	items.forEach(({ json }, place) => checkRow(json, batchId, place));
}

export const POLLING = { waitFor: 'polling', timeout: 10, pollInterval: 5, options: {} };
