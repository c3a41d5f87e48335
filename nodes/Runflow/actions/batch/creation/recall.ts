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
	const standing = outcomes.flatMap((outcome) => {
		if (outcome?.status === 'rejected') throw outcome.reason;
		// Its callback goes to the execution that made it.
		return outcome?.value ? [{ ...outcome.value, callsBack: false }] : [];
	});
	memory.batches.push(...standing.filter(({ source }) => source === memory.source));
	memory.earlier = standing.filter(({ source }) => source !== memory.source);
}

/**
 * Takes over what exists for the same content, row by row; a batch in doubt only where all of it is
 * wanted again, because it may be made by that.
 *
 * @returns the rows that are in no batch yet
 */
export function recallByContent(memory: RunMemory, rows: readonly Row[]): Row[] {
	if (memory.earlier.length === 0) return [...rows];
	const open = new Map<string, Row[]>();
	for (const row of rows) {
		const print = fingerprint(row);
		open.set(print, [...(open.get(print) ?? []), row]);
	}
	for (const batch of memory.earlier) {
		const claims = wantedRows(batch).map(({ position }) => {
			const print = fingerprintAt(batch, position);
			return { position, print, row: open.get(print)?.shift() };
		});
		const isWhole = claims.every(({ row }) => row !== undefined);
		if (batch.id === undefined && !isWhole) {
			for (const { print, row } of claims) if (row) open.get(print)?.unshift(row);
			continue;
		}
		const claimed = new Map(claims.map(({ position, row }) => [position, row]));
		const items = batch.items.map((_, position) => claimed.get(position)?.item ?? null);
		if (items.every((item) => item === null)) continue;
		const elements = batch.items.map((_, position) => claimed.get(position)?.element ?? 0);
		const isArray = batch.elements !== undefined || elements.some((element) => element > 0);
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

/** The input items that have to be read: all of whose rows are not in batches yet. */
export function itemsToRead(items: number[], { batches }: RunMemory): number[] {
	const rowsOf = new Map<number, { held: number; all: number }>();
	for (const batch of batches) {
		const held = new Map<number, number>();
		for (const { item } of wantedRows(batch)) held.set(item, (held.get(item) ?? 0) + 1);
		for (const [item, count] of held) {
			const known = rowsOf.get(item) ?? { held: 0, all: 0 };
			// An array of rows makes one batch at first, and smaller ones of what is run again.
			const size = batch.of ?? batch.items.length;
			const all = batch.elements ? Math.max(known.all, size) : 1;
			rowsOf.set(item, { held: known.held + count, all });
		}
	}
	return items.filter((item) => {
		const known = rowsOf.get(item);
		return !known || known.held < known.all;
	});
}

async function whatStands(api: Api, batch: RememberedBatch): Promise<RememberedBatch | undefined> {
	if (batch.id === undefined) return batch;
	const read = batch.kind
		? getRun(api, batch.id).then((run) => ({ ...run, status_code: runState(run) }))
		: getBatch(api, batch.id);
	const state = await read.catch((error: unknown) => {
		if (error instanceof RunflowApiError && error.status === 404) return undefined;
		throw error;
	});
	if (!state) return undefined;
	const status = terminalStatus(state.status_code);
	if (status === 'failed' || status === 'cancelled') return undefined;
	if (status !== 'partial_succeeded' || batch.kind) return batch;
	const rows = await readRows(api, batch.id, batch.items.length, state);
	// Only what is known to have failed is known to be unpaid.
	const isUnpaid = (place: number) => ['failed', 'cancelled'].includes(rows[place].status_code);
	const items = batch.items.map((item, place) => (isUnpaid(place) ? null : item));
	return items.every((item) => item === null) ? undefined : { ...batch, items };
}
