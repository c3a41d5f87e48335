import { costText } from './cost';
import { mediaUrls } from './outputs';
import { isRecord } from '../records';
import { placesOf, type Numbered } from './rowPlaces';
import { normalizeStatus, terminalStatus } from '../states';
import type { Batch } from './batchSchemas';

/**
 * What became of one element of a batch's input. A row looks like this wherever it comes from: a list
 * of items, one item, or a callback.
 */
export interface BatchRow {
	/** The row's own id. */
	id: string | null;
	run_id: string | null;
	/** `null` for a row that ran by itself. */
	batch_id: string | null;
	/** Position in the batch's input, from 0. */
	sequence_index: number | null;
	client_ref: string | null;
	/** `unknown` where Runflow does not tell. */
	status_code: string;
	/** The model's output; `null` when there is none. */
	output: unknown;
	/** Addresses of the media in the output. */
	urls: string[];
	/** Why the row did not succeed; `null` when it did, or may still do. */
	error: Record<string, unknown> | null;
	/** A decimal string. */
	cost: string | null;
}

/** A row with everything else that Runflow says about it beside. */
export type FullRow = BatchRow & Record<string, unknown>;

/** What a batch says about its rows, as far as it was read. */
export type BatchFacts = Partial<
	Pick<
		Batch,
		'status_code' | 'failure_code' | 'failure_message' | 'items' | 'items_total' | 'items_succeeded'
	>
>;

type Item = Numbered & Record<string, unknown>;

/** An item of Runflow's as a row; what else it says, such as its input, stays beside. */
export function toRow(batchId: string, item: Item, batch: BatchFacts = {}): FullRow {
	const { sequence_index: sequence, status_code: status } = item;
	const state = typeof status === 'string' ? normalizeStatus(status) : 'unknown';
	return {
		...item,
		status_code: state,
		output: item.output ?? null,
		urls: mediaUrls(item.output),
		error: errorOf(state, item.error, batch),
		id: textOf(item.id),
		run_id: textOf(item.run_id),
		batch_id: batchId,
		sequence_index: typeof sequence === 'number' ? sequence : null,
		client_ref: textOf(item.client_ref),
		cost: costText(item.cost),
	};
}

/** A row without what else Runflow says about it: its input can be megabytes. */
export function bareRow(row: FullRow): BatchRow {
	const { status_code, output, urls, error, id, run_id, batch_id } = row;
	const { sequence_index, client_ref, cost } = row;
	return {
		status_code,
		output,
		urls,
		error,
		id,
		run_id,
		batch_id,
		sequence_index,
		client_ref,
		cost,
	};
}

/**
 * One row for each element of a batch's input, in its order. What Runflow does not tell of, or tells
 * so that it may belong to another row, is a row with an error.
 *
 * @param total how many elements there are
 */
export function rowsInOrder(
	batchId: string,
	items: readonly unknown[],
	total: number,
	batch: BatchFacts = {},
): FullRow[] {
	const told = eachOnce(items.filter(isRecord));
	const sent = batch.items_total ?? total;
	const places =
		sent === total ? placesOf(told, total, batch.items ?? []) : told.map(() => undefined);
	const byPlace = new Map(places.map((place, index) => [place, told[index]]));
	const problem = places.includes(undefined)
		? 'Runflow does not say which of its results belongs to this row'
		: 'Runflow has no result for this row';
	return Array.from({ length: total }, (_, place) => {
		const item = byPlace.get(place);
		if (item) return { ...toRow(batchId, item, batch), sequence_index: place };
		const error = withFailure(problem, batch);
		return { ...toRow(batchId, {}, batch), sequence_index: place, error };
	});
}

/**
 * The rows that a list tells of, in the order of their numbers; those without one come last. The
 * numbers count from 0 where it is known how many rows there are, else they are Runflow's own.
 *
 * @param total how many rows the batch has; by default what the batch says
 */
export function rowsOfList(
	batchId: string,
	list: unknown,
	batch: BatchFacts = {},
	total?: number,
): FullRow[] {
	if (!Array.isArray(list)) return [];
	const items = eachOnce(list.filter(isRecord));
	const rows = total ?? batch.items_total;
	const places = rows ? placesOf(items, rows, batch.items ?? []) : [];
	return items
		.map((item, index) => {
			const row = toRow(batchId, item, batch);
			return { ...row, sequence_index: places[index] ?? row.sequence_index };
		})
		.sort((a, b) => (a.sequence_index ?? Infinity) - (b.sequence_index ?? Infinity));
}

/** Whether the state of a row is one that a finished batch's rows should not have any more. */
export function isUnderWay({ status_code: state }: BatchRow): boolean {
	return ['unknown', 'queued', 'dispatching', 'running'].includes(state);
}

/** Items that pages show twice count once: the last is the newest. */
function eachOnce(items: readonly Item[]): Item[] {
	const byId = new Map<unknown, Item>();
	for (const item of items) byId.set(item.id ?? item, item);
	return [...byId.values()];
}

function errorOf(state: string, given: unknown, batch: BatchFacts): BatchRow['error'] {
	if (isRecord(given)) return given;
	if (given) return { message: typeof given === 'string' ? given : JSON.stringify(given) };
	if (state === 'succeeded') return null;
	if (state === 'failed') {
		return batch.failure_message || batch.failure_code
			? withFailure('', batch)
			: { message: 'The model failed on this row' };
	}
	if (state === 'cancelled') return { message: 'The row was cancelled' };
	if (!terminalStatus(batch.status_code)) return null;
	return withFailure(`The batch is finished, but this row has the state '${state}'`, batch);
}

/** What is wrong with a row, and what the batch says about its own failure. */
function withFailure(problem: string, batch: BatchFacts): Record<string, unknown> {
	const { failure_code: code, failure_message: message } = batch;
	const text = [problem, message].filter(Boolean).join('. ');
	return { ...(code ? { code } : {}), message: text || String(code) };
}

function textOf(value: unknown): string | null {
	return typeof value === 'string' ? value : null;
}
