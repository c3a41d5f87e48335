import type { IExecuteFunctions } from 'n8n-workflow';

import { isTool, nodeRun } from '../../../../host/run/nodeRun';
import type { Row } from '../../input/row';
import { rememberedBatches, type RememberedBatch, type RunMemory } from './memory';
import { recallByContent } from './recall';

const KEY = 'runflowUnfinishedCalls';

/**
 * Takes over, row by row, what exists for the same content: batches of the execution before, and
 * those of earlier calls of a tool that came to no result in this execution. Each of these goes to
 * one call, so that calls side by side stay batches of their own.
 *
 * @returns the rows that are in no batch yet
 */
export function recallUnfinished(
	context: IExecuteFunctions,
	memory: RunMemory,
	rows: readonly Row[],
): Row[] {
	const unfinished = unfinishedIn(context);
	const own = keysOf(memory.batches);
	memory.earlier.push(...unfinished.filter(({ key }) => !own.has(key)));
	const left = recallByContent(memory, rows);
	const taken = keysOf(memory.batches);
	unfinished.splice(0, Infinity, ...unfinished.filter(({ key }) => !taken.has(key)));
	return left;
}

/**
 * Runs a call that creates batches. What it leaves in doubt, and everything where it fails, waits
 * for the next call of the same content: an agent that tries again must not pay again.
 */
export async function leavingUnfinished<T>(
	context: IExecuteFunctions,
	call: () => Promise<T>,
): Promise<T> {
	return await call().then(
		(result) => {
			leave(context, ({ id }) => id === undefined);
			return result;
		},
		(error: unknown) => {
			leaveUnfinished(context);
			throw error;
		},
	);
}

/** Leaves all batches of a call to the next one of the same content, since it ends without their results. */
export function leaveUnfinished(context: IExecuteFunctions): void {
	leave(context, () => true);
}

/** Whether another call of the same content goes on with what this one leaves. */
export function isContinued(context: IExecuteFunctions): boolean {
	return isTool(context) && nodeRun(context).executionId !== undefined;
}

function leave(context: IExecuteFunctions, isLeft: (batch: RememberedBatch) => boolean): void {
	const unfinished = unfinishedIn(context);
	const known = keysOf(unfinished);
	const left = rememberedBatches(context).filter(isLeft);
	unfinished.push(...left.filter(({ key }) => !known.has(key)));
}

/** The list itself, which n8n keeps with the execution; without an execution nothing is shared. */
function unfinishedIn(context: IExecuteFunctions): RememberedBatch[] {
	if (!isContinued(context)) return [];
	const kept = context.getContext('node') as { [KEY]?: RememberedBatch[] };
	return (kept[KEY] ??= []);
}

function keysOf(batches: RememberedBatch[]): Set<string> {
	return new Set(batches.map(({ key }) => key));
}
