import { BATCH_LIMITS } from '../../../runflow';
import type { Row, RowSource } from '../input/row';

/**
 * The most that the inputs of a batch may weigh whose callback n8n is to take: it refuses bodies
 * above 16 MiB (N8N_PAYLOAD_SIZE_MAX, @n8n/config), and a callback carries the inputs of all rows
 * beside their outputs.
 */
export const MOST_CALLBACK_BYTES = 12 * 1024 * 1024;

/** The rows of one batch, in order. */
export interface Group {
	model: string;
	/** Where it begins: the source of its first row, also where that row is left out this time. */
	place: RowSource;
	rows: Row[];
	/** Whether its callback would be too large for n8n, which a single row can bring about. */
	isTooLargeToCallBack: boolean;
}

/** An input item whose row cannot be sent this time, and the model that would run it. */
export interface LeftOut {
	item: number;
	model: string;
}

/**
 * Puts rows together into batches: in `jsonArray` those of one input item, otherwise up to 100 of
 * one model, in order. A row that is left out keeps its place, so that all other batches begin where
 * they begin when it is not.
 *
 * @param isArray whether each input item makes a batch of its own
 * @param callsBack whether batches also have to be small enough for a callback to n8n
 */
export function groupRows(
	rows: readonly Row[],
	{
		isArray,
		callsBack,
		leftOut,
	}: { isArray: boolean; callsBack: boolean; leftOut: readonly LeftOut[] },
): Group[] {
	const lists = new Map<string, Array<Row | LeftOut>>();
	const all = isArray ? rows : [...rows, ...leftOut].sort((a, b) => a.item - b.item);
	for (const row of all) {
		const list = isArray ? `${row.item} ${row.model}` : row.model;
		const there = lists.get(list);
		if (there) there.push(row);
		else lists.set(list, [row]);
	}
	return [...lists.values()]
		.flatMap((list) => split(list, callsBack))
		.filter(({ rows: sent }) => sent.length > 0);
}

function split(rows: Array<Row | LeftOut>, callsBack: boolean): Group[] {
	const groups: Group[] = [];
	let places = 0;
	let bytes = 0;
	for (const row of rows) {
		const isSent = 'input' in row;
		const size = isSent && callsBack ? bytesOnTheWire(row) : 0;
		let group = groups.at(-1);
		if (!group || places === BATCH_LIMITS.items || bytes + size > MOST_CALLBACK_BYTES) {
			const place = { item: row.item, element: isSent ? row.element : 0 };
			const isTooLargeToCallBack = size > MOST_CALLBACK_BYTES;
			group = { model: row.model, place, rows: [], isTooLargeToCallBack };
			groups.push(group);
			places = 0;
			bytes = 0;
		}
		if (isSent) group.rows.push(row);
		places++;
		bytes += size;
	}
	return groups;
}

/** At most: whether Runflow writes what is not ASCII as it is or as `\uXXXX` the docs do not say. */
function bytesOnTheWire({ input }: Row): number {
	const text = JSON.stringify(input);
	return text.length + 5 * (Buffer.byteLength(text) - text.length);
}
