import { mapConcurrently } from '../../../concurrency';
import {
	getBatch,
	getRun,
	isWorthAnotherTry,
	readRows,
	RunflowApiError,
	runRow,
	runState,
	terminalStatus,
	type Api,
} from '../../../../runflow';
import type { InputMode } from '../../input/inputFields';
import { rowKey, type Row } from '../../input/row';
import {
	addTo,
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
 * @returns how often rows are tried, this time included, that the execution before may have begun to
 * try again when it was killed: they are made as they would have been then
 * @throws what `getBatch` and `readRows` throw, before anything is created
 */
export async function recallByPosition(
	api: Api,
	memory: RunMemory,
	concurrency: number,
): Promise<Map<string, number>> {
	const known = new Set(memory.earlier.flatMap(({ id, key }) => (id === undefined ? [] : [key])));
	// What met a conflict with one that is known was that one.
	const looked = memory.earlier.filter(({ id, key }) => id !== undefined || !known.has(key));
	const outcomes = await mapConcurrently(looked, async (batch) => await examine(api, batch), {
		goOn: false,
		concurrency,
	});
	const due = new Map<string, number>();
	const earlier: RememberedBatch[] = [];
	outcomes.forEach((outcome, index) => {
		if (outcome?.status === 'rejected') throw outcome.reason;
		const batch = looked[index];
		for (const row of wantedRows(batch)) {
			const { tries = 1 } = batch;
			if (batch.isUnwanted) continue;
			if (tries > (memory.mayTryAgain ?? 0) || !outcome?.value.worth.has(row.position)) continue;
			due.set(rowKey(row), tries + 1);
		}
		const { standing, isUnseen } = outcome?.value ?? {};
		if (isUnseen) earlier.push({ ...batch, isUnseen });
		else if (!standing) memory.spentKeys.push(batch.key);
		else {
			const isSame = standing.source === memory.source;
			addTo(isSame ? memory.batches : earlier, {
				...standing,
				isUnseen: undefined,
				isUnwanted: undefined,
				// Its callback goes to the execution that made it.
				callsBack: false,
			});
		}
	});
	delete memory.mayTryAgain;
	memory.earlier = earlier;
	return due;
}

/**
 * Takes over what exists for the same content, row by row. A batch in doubt is taken over where any
 * of its rows is wanted again: it has most likely been made, and is paid for as a whole. Rows that
 * nobody wants now stay in `earlier`, for a correction may be taken back.
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
	const unclaimed: RememberedBatch[] = [];
	for (const batch of memory.earlier) {
		if (batch.isUnseen) {
			unclaimed.push(batch);
			continue;
		}
		const claims = wantedRows(batch).map(({ position }) => {
			return { position, row: open.get(fingerprintAt(batch, position))?.pop() };
		});
		const claimed = new Map(claims.map(({ position, row }) => [position, row]));
		const items = batch.items.map((_, position) => claimed.get(position)?.item ?? null);
		const left = batch.items.map((item, position) => (claimed.get(position) ? null : item));
		const isUnwanted = items.every((item) => item === null);
		// What becomes of one in doubt shows in one place alone.
		const isSplit = batch.id !== undefined && left.some((item) => item !== null);
		if (isUnwanted || isSplit) addTo(unclaimed, { ...batch, items: left, isUnwanted: true });
		if (isUnwanted) continue;
		const elements = batch.items.map((_, position) => claimed.get(position)?.element ?? 0);
		const isArray = elements.some((element) => element > 0);
		addTo(memory.batches, {
			...batch,
			isUnwanted: undefined,
			items,
			elements: isArray ? elements : undefined,
			source: memory.source,
		});
	}
	memory.earlier = unclaimed;
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

/** What Runflow says of a batch or run that was made before. */
interface Examined {
	/** What is still of use of it; absent for nothing. */
	standing?: RememberedBatch;
	/** Runflow does not know it: not yet, if it was made a moment ago. */
	isUnseen?: true;
	/** The places of rows that are worth being tried again. */
	worth: Set<number>;
}

/** All of a batch or run is of use. */
export function whole(batch: RememberedBatch): Examined {
	return { standing: batch, worth: new Set() };
}

/** Reads what is still of use of a batch or run that was made before. */
export async function examine(api: Api, batch: RememberedBatch): Promise<Examined> {
	if (batch.id === undefined) return whole(batch);
	if (batch.isRun) return await examineRun(api, batch, batch.id);
	const state = await getBatch(api, batch.id).catch(whereUnknown);
	if (!state) return { isUnseen: true, worth: new Set() };
	const status = terminalStatus(state.status_code);
	if (status === undefined || status === 'succeeded') return whole(batch);
	const rows = await readRows(api, batch.id, batch.items.length, state);
	// Only what is known to have failed is known to be unpaid.
	const unpaid = ['failed', 'cancelled'];
	if (unpaid.includes(status) && !state.items_succeeded) unpaid.push('unknown');
	const isUnpaid = (place: number) => unpaid.includes(rows[place].status_code);
	const items = batch.items.map((item, place) => (isUnpaid(place) ? null : item));
	const worth = new Set([...rows.keys()].filter((place) => isWorthAnotherTry(rows[place], state)));
	return items.every((item) => item === null)
		? { worth }
		: { standing: { ...batch, items }, worth };
}

async function examineRun(api: Api, batch: RememberedBatch, id: string): Promise<Examined> {
	const run = await getRun(api, id).catch(whereUnknown);
	if (!run) return { isUnseen: true, worth: new Set() };
	const state = runState(run);
	// Only what is known to have failed is known to be unpaid.
	if (!['failed', 'cancelled'].includes(state)) return { standing: batch, worth: new Set() };
	const isWorth = isWorthAnotherTry(runRow(run), { status_code: state });
	return { worth: new Set(isWorth ? [0] : []) };
}

/** Nothing, where Runflow does not know what was asked for. */
function whereUnknown(error: unknown): undefined {
	if (error instanceof RunflowApiError && error.status === 404) return undefined;
	throw error;
}
