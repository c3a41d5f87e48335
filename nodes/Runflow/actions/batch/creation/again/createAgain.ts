import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { connectFiles } from '../../../../host/connection/connection';
import { toNodeError } from '../../../../host/errors/nodeError';
import { RequestCancelledError, type Api } from '../../../../runflow';
import { readInputMode, type InputMode } from '../../input/inputFields';
import { readRows } from '../../input/readRows';
import { rowKey, type Row } from '../../input/row';
import type { Callback } from '../callback';
import { failedRows, placedBatches, type PlacedBatch } from '../carryOut/placement';
import { planAndSend, type Shape } from '../carryOut/planAndSend';
import { openedMemory, wantedRows, type RunMemory } from '../memory/memory';
import { rowsInBatches } from '../memory/recall';
import { inWordsOfItems } from '../refusedRows';
import type { Outcomes } from '../send';
import { enoughLeft } from '../spending';
import { uploadFiles } from '../uploadFiles';

/** A row that failed: the batch or run that it failed in, and how often it was tried by then. */
export interface FailedRow {
	id: string;
	item: number;
	tries: number;
}

/** What came of making failed rows anew. */
export interface MadeAgain {
	/** All that exists of the run. */
	placed: PlacedBatch[];
	/** The rows that are not in the batch that they failed in any more, by their keys. */
	moved: Set<string>;
	/** Items for rows of which nobody knows whether they were made anew. */
	failed: INodeExecutionData[];
	/** Why some, or all, were not made anew, in words; they stay failed rows. */
	refusal?: string;
}

/**
 * Creates new batches for failed rows, and none twice: what another try of this made, or may have
 * made, is not planned anew. A refusal costs no results: those rows stay as they are.
 *
 * @param rows the failed ones, by their keys
 * @throws NodeApiError where it is not known whether a batch was made, unless n8n continues on fail
 */
export async function createAgain(
	context: IExecuteFunctions,
	api: Api,
	rows: ReadonlyMap<string, FailedRow>,
	{ callback, shape }: { callback: Callback; shape: Shape },
): Promise<MadeAgain> {
	const { memory, run } = openedMemory(context);
	release(memory, rows);
	const held = rowsInBatches(memory);
	const mode = readInputMode(context);
	const open = new Map([...rows].filter(([key]) => !held.has(key)));
	const assertEnoughLeft = enoughLeft(context, api);
	if (memory.batches.some(({ id }) => id === undefined)) await assertEnoughLeft();
	const reading = await readAgain(context, api, open, mode, { memory, assertEnoughLeft });
	const tries = new Map([...rows].map(([key, row]) => [key, row.tries + 1]));
	const sending = { api, memory, run, callback, mode, shape, tries, leftOut: [] };
	const sent = await planAndSend(context, reading.rows, sending).catch((error: unknown) => {
		throwCancelled(error);
		if (memory.batches.some(({ id }) => id === undefined)) throw error;
		return { failures: new Map([[0, error]]), outcomes: new Map() as Outcomes };
	});
	const remembered = new Set(memory.batches);
	const inDoubt = [...sent.outcomes].filter(([batch]) => remembered.has(batch));
	const refused = [...sent.outcomes].filter(([batch]) => !remembered.has(batch));
	const reasons = [
		...reading.failures,
		...sent.failures.values(),
		...refused.flatMap(([batch, outcome]) =>
			outcome.status === 'rejected' ? [inWordsOfItems(context, outcome.reason, batch)] : [],
		),
	];
	const failed = failedRows(context, new Map(inDoubt), memory);
	// What was in doubt before and could not be sent, since another one was refused, still is.
	const isOpen = memory.batches.some((batch) => !batch.id && !sent.outcomes.has(batch));
	if (isOpen) throw toNodeError(context.getNode(), reasons[0], 0);
	return {
		failed,
		placed: placedBatches(context, memory, sent.outcomes),
		moved: new Set([...rowsInBatches(memory)].filter((key) => rows.has(key))),
		...(reasons.length > 0
			? { refusal: toNodeError(context.getNode(), reasons[0], 0).message }
			: {}),
	};
}

/** Takes failed rows out of the batches that they failed in. */
function release({ batches }: RunMemory, failed: ReadonlyMap<string, FailedRow>): void {
	for (const batch of batches) {
		const failedHere = new Set(
			wantedRows(batch)
				.filter((row) => failed.get(rowKey(row))?.id === batch.id)
				.map(({ position }) => position),
		);
		// The list itself is that of what is waited for as well.
		batch.items = batch.items.map((item, place) => (failedHere.has(place) ? null : item));
	}
}

/** The rows as they are to be sent, with their files; what cannot be read stays as it is. */
async function readAgain(
	context: IExecuteFunctions,
	api: Api,
	open: ReadonlyMap<string, FailedRow>,
	mode: InputMode,
	{ memory, assertEnoughLeft }: { memory: RunMemory; assertEnoughLeft: () => Promise<void> },
): Promise<{ rows: Row[]; failures: unknown[] }> {
	if (open.size === 0) return { rows: [], failures: [] };
	const work = async () => {
		const items = [...new Set([...open.values()].map(({ item }) => item))];
		const reading = await readRows(context, items, mode);
		const rows = reading.rows.filter((row) => open.has(rowKey(row)));
		const access = await connectFiles(context);
		const upload = await uploadFiles(context, api, access, rows, memory, assertEnoughLeft);
		if (upload.rows.length > 0) await assertEnoughLeft();
		return {
			rows: upload.rows,
			failures: [...reading.failures.values(), ...upload.failures.values()],
		};
	};
	return await work().catch((error: unknown) => {
		throwCancelled(error);
		return { rows: [], failures: [error] };
	});
}

function throwCancelled(error: unknown): void {
	if (error instanceof RequestCancelledError) throw error;
}
