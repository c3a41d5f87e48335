import { isObject } from './apiRequest.ts';
import type { Batch } from './batch.ts';
import type { Readings } from './readings.ts';
import { bodyText, json } from './reply.ts';
import type { Reply } from './reply.ts';

type View = Record<string, unknown>;

const UNSUCCESSFUL = new Set<unknown>(['failed', 'cancelled', 'canceled']);

/** The view of a batch or of its callback under the readings in force. */
export function batchAsRead(view: View, readings: Readings): View {
	const output = isObject(view.output) ? outputAsRead(view.output, readings) : view.output;
	return {
		...view,
		...('cost' in view ? { cost: costAsRead(view.cost, readings) } : {}),
		...(Array.isArray(view.items)
			? { items: view.items.map((item: View) => itemAsRead(item, readings)) }
			: {}),
		output,
	};
}

/** The view of an item, or its handle inside a batch, under the readings in force. */
export function itemAsRead(view: View, readings: Readings): View {
	const { unsuccessfulRows, firstSequence } = readings;
	const hidden = unsuccessfulRows !== 'documented' && UNSUCCESSFUL.has(view.status_code);
	return {
		...view,
		sequence_index: Number(view.sequence_index) + firstSequence,
		...('cost' in view ? { cost: costAsRead(view.cost, readings) } : {}),
		...(hidden ? { status_code: unsuccessfulRows } : {}),
		...(hidden && 'error' in view ? { error: null } : {}),
	};
}

/** A finished batch as it was before its end. */
export function unfinished(batch: Batch): Batch {
	return {
		...batch,
		statusCode: 'running',
		succeeded: 0,
		failed: 0,
		cancelled: 0,
		completedAt: null,
		items: batch.items.map((item) => ({
			...item,
			statusCode: 'running',
			files: [],
			error: null,
			costCents: null,
			completedAt: null,
		})),
	};
}

/** A refusal with its envelope under the readings in force. */
export function errorAsRead(reply: Reply, { nestedErrors }: Readings): Reply {
	if (!nestedErrors || reply.status < 400) return reply;
	if (reply.headers['content-type'] !== 'application/json') return reply;
	const nested = json(reply.status, { error: JSON.parse(bodyText(reply)) });
	return { ...nested, headers: { ...reply.headers, ...nested.headers } };
}

function outputAsRead(output: View, readings: Readings): View | null {
	if (readings.batchOutput === 'none') return null;
	const items = output.items as View[];
	const held = readings.batchOutput === 'part' ? items.slice(0, items.length >> 1) : items;
	return { ...output, items: held.map((item) => itemAsRead(item, readings)) };
}

function costAsRead(cost: unknown, { numericCost }: Readings): unknown {
	return numericCost ? Number(cost) : cost;
}
