import { BATCH_LIMITS } from '../../../runflow';
import type { Row } from '../input/row';

/**
 * The most that the inputs of a batch may weigh whose callback n8n is to take: it refuses bodies
 * above 16 MiB (N8N_PAYLOAD_SIZE_MAX, @n8n/config), and a callback carries the inputs of all rows
 * beside their outputs.
 */
export const MOST_CALLBACK_BYTES = 12 * 1024 * 1024;

/** The rows of one batch, in order. */
export interface Group {
	model: string;
	rows: Row[];
	/** Whether its callback would be too large for n8n, which a single row can bring about. */
	isTooLargeToCallBack: boolean;
}

/**
 * Puts rows together into batches: in `jsonArray` those of one input item, otherwise up to 100 of
 * one model, in order.
 *
 * @param isArray whether each input item makes a batch of its own
 * @param callsBack whether batches also have to be small enough for a callback to n8n
 */
export function groupRows(
	rows: readonly Row[],
	{ isArray, callsBack }: { isArray: boolean; callsBack: boolean },
): Group[] {
	const lists = new Map<string, Row[]>();
	for (const row of rows) {
		const list = isArray ? `${row.item} ${row.model}` : row.model;
		const there = lists.get(list);
		if (there) there.push(row);
		else lists.set(list, [row]);
	}
	return [...lists.values()].flatMap((list) => split(list, callsBack));
}

function split(rows: Row[], callsBack: boolean): Group[] {
	const groups: Group[] = [];
	let bytes = 0;
	for (const row of rows) {
		const size = callsBack ? bytesOnTheWire(row) : 0;
		const group = groups.at(-1);
		if (group && group.rows.length < BATCH_LIMITS.items && bytes + size <= MOST_CALLBACK_BYTES) {
			group.rows.push(row);
			bytes += size;
		} else {
			const isTooLargeToCallBack = size > MOST_CALLBACK_BYTES;
			groups.push({ model: row.model, rows: [row], isTooLargeToCallBack });
			bytes = size;
		}
	}
	return groups;
}

/** At most: whether Runflow writes what is not ASCII as it is or as `\uXXXX` the docs do not say. */
function bytesOnTheWire({ input }: Row): number {
	const text = JSON.stringify(input);
	return text.length + 5 * (Buffer.byteLength(text) - text.length);
}
