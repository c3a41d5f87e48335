import { mapConcurrently } from '../../concurrency';
import {
	getBatch,
	getRun,
	readRows,
	RunflowApiError,
	runState,
	terminalStatus,
	type Api,
} from '../../../runflow';
import type { InputMode } from '../input/inputFields';
import { rowKey, type Row } from '../input/row';
import {
	fingerprint,
	fingerprintAt,
	wantedRows,
	type RememberedBatch,
	type RunMemory,
} from './memory';

/**
 * Looks at the batches of the execution that n8n made this one from by Retry: what Runflow still
 * has of them stands, rows that did not succeed in a finished one are to run again. Batches whose
 * rows were made from the same source are taken over into this execution at once, since nothing
 * was corrected; the others stay in `earlier` for `recallByContent`.
 *
 * @throws what `getBatch` and `readRows` throw, before anything is created
 */
export async function recallByPosition(
	api: Api,
	memory: RunMemory,
	concurrency: number,
): Promise<void> {
	const outcomes = await mapConcurrently(
		memory.earlier,
		async (batch) => await whatStands(api, batch),
		{ goOn: false, concurrency },
	);
	const standing = outcomes.flatMap((outcome, index) => {
		if (outcome?.status === 'rejected') throw outcome.reason;
		// Its callback goes to the execution that made it.
		if (outcome?.value) return [{ ...outcome.value, callsBack: false }];
		memory.spentKeys.push(memory.earlier[index].key);
		return [];
	});
	memory.batches.push(...standing.filter(({ source }) => source === memory.source));
	memory.earlier = standing.filter(({ source }) => source !== memory.source);
}

/**
 * Takes over what exists for the same content, row by row. A batch in doubt is taken over where any
 * of its rows is wanted again: it has most likely been made, and is paid for as a whole.
 *
 * @returns the rows that are in no batch yet
 */
export function recallByContent(memory: RunMemory, rows: readonly Row[]): Row[] {
	if (memory.earlier.length === 0) return [...rows];
	const open = new Map<string, Row[]>();
	for (const row of rows) {
		const print = fingerprint(row);
		const same = open.get(print);
		if (same) same.push(row);
		else open.set(print, [row]);
	}
	for (const same of open.values()) same.reverse();
	for (const batch of memory.earlier) {
		const claims = wantedRows(batch).map(({ position }) => {
			return { position, row: open.get(fingerprintAt(batch, position))?.pop() };
		});
		const claimed = new Map(claims.map(({ position, row }) => [position, row]));
		const items = batch.items.map((_, position) => claimed.get(position)?.item ?? null);
		if (items.every((item) => item === null)) {
			// A person's own key stands as it is: under it Runflow may tell of the conflict.
			if (batch.ownKey === undefined) memory.spentKeys.push(batch.key);
			continue;
		}
		const elements = batch.items.map((_, position) => claimed.get(position)?.element ?? 0);
		const isArray = elements.some((element) => element > 0);
		memory.batches.push({
			...batch,
			items,
			elements: isArray ? elements : undefined,
			source: memory.source,
		});
	}
	memory.earlier = [];
	const left = new Set([...open.values()].flat());
	return rows.filter((row) => left.has(row));
}

/** The rows that batches of this run hold. */
export function rowsInBatches({ batches }: RunMemory): Set<string> {
	return new Set(batches.flatMap((batch) => wantedRows(batch).map(rowKey)));
}

/**
 * The input items that have to be read: those whose row is in no batch yet. Of an item that brings
 * an array nobody knows before how many rows it has.
 */
export function itemsToRead(items: number[], mode: InputMode, memory: RunMemory): number[] {
	if (mode === 'jsonArray') return items;
	const held = new Set(memory.batches.flatMap((batch) => batch.items));
	return items.filter((item) => !held.has(item));
}

/** What is still of use of a batch or run; `undefined` for nothing. */
export async function whatStands(
	api: Api,
	batch: RememberedBatch,
): Promise<RememberedBatch | undefined> {
	if (batch.id === undefined) return batch;
	if (batch.isRun) return await whatStandsOfRun(api, batch, batch.id);
	const state = await getBatch(api, batch.id).catch(whereUnknown);
	if (!state) return undefined;
	const status = terminalStatus(state.status_code);
	if (status === undefined || status === 'succeeded') return batch;
	const rows = await readRows(api, batch.id, batch.items.length, state);
	// Only what is known to have failed is known to be unpaid.
	const unpaid = ['failed', 'cancelled'];
	if (unpaid.includes(status) && !state.items_succeeded) unpaid.push('unknown');
	const isUnpaid = (place: number) => unpaid.includes(rows[place].status_code);
	const items = batch.items.map((item, place) => (isUnpaid(place) ? null : item));
	return items.every((item) => item === null) ? undefined : { ...batch, items };
}

async function whatStandsOfRun(
	api: Api,
	batch: RememberedBatch,
	id: string,
): Promise<RememberedBatch | undefined> {
	const run = await getRun(api, id).catch(whereUnknown);
	// Only what is known to have failed is known to be unpaid.
	return run && !['failed', 'cancelled'].includes(runState(run)) ? batch : undefined;
}

/** Nothing, where Runflow does not know what was asked for. */
function whereUnknown(error: unknown): undefined {
	if (error instanceof RunflowApiError && error.status === 404) return undefined;
	throw error;
}
