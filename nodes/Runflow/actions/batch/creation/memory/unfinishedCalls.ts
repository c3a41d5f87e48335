import type { IExecuteFunctions } from 'n8n-workflow';

import type { Api } from '../../../../runflow';
import { isTool, nodeRun } from '../../../../host/run/nodeRun';
import type { Row } from '../../input/row';
import {
	fingerprint,
	fingerprintAt,
	rememberedBatches,
	wantedRows,
	type RememberedBatch,
	type RunMemory,
} from './memory';
import { examine, recallByContent } from './recall';

const KEY = 'runflowUnfinishedCalls';

/**
 * Takes over, row by row, what exists for the same content: batches of the execution before, and
 * those of earlier calls of a tool that came to no result in this execution. Each of these goes to
 * one call, so that calls side by side stay batches of their own. What has failed since gives
 * nothing more: its rows are made again.
 *
 * @returns the rows that are in no batch yet
 * @throws what `getBatch` and `readRows` throw
 */
export async function recallUnfinished(
	context: IExecuteFunctions,
	api: Api,
	memory: RunMemory,
	rows: readonly Row[],
): Promise<Row[]> {
	const unfinished = unfinishedIn(context);
	const own = keysOf(memory.batches);
	const others = () => unfinished.filter(({ key }) => !own.has(key));
	const prints = new Set(rows.map(fingerprint));
	const isAskedFor = (batch: RememberedBatch) =>
		wantedRows(batch).some(({ position }) => prints.has(fingerprintAt(batch, position)));
	const ofUse = await placesOfUse(api, others().filter(isAskedFor));
	// Calls side by side may have taken some meanwhile, and each is taken at once.
	const offered = others().flatMap((batch) => {
		const places = ofUse.get(batch.key);
		const items = batch.items.map((item, place) => (places?.has(place) === false ? null : item));
		return items.every((item) => item === null) ? [] : [{ ...batch, items }];
	});
	memory.earlier.push(...offered);
	const left = recallByContent(memory, rows);
	const keys = keysOf(offered);
	const ownLeft = unfinished.flatMap((batch) => {
		const mine = memory.batches.find(({ key }) => key === batch.key && own.has(key));
		const items = batch.items.map((item, place) => (mine?.items[place] == null ? item : null));
		return mine && items.some((item) => item !== null) ? [{ ...batch, items }] : [];
	});
	unfinished.splice(0, Infinity, ...ownLeft, ...memory.earlier.filter(({ key }) => keys.has(key)));
	memory.earlier = memory.earlier.filter(({ key }) => !keys.has(key));
	return left;
}

/** The places of rows that are still of use, by the keys of their batches. */
async function placesOfUse(
	api: Api,
	batches: RememberedBatch[],
): Promise<Map<string, Set<number>>> {
	const entries = batches.map(async (batch) => {
		const { standing, isUnseen } = await examine(api, batch);
		const rows = isUnseen ? wantedRows(batch) : standing ? wantedRows(standing) : [];
		return [batch.key, new Set(rows.map(({ position }) => position))] as const;
	});
	return new Map(await Promise.all(entries));
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
	for (const batch of rememberedBatches(context).filter(isLeft)) {
		const there = unfinished.find(({ key }) => key === batch.key);
		if (!there) unfinished.push({ ...batch });
		// Some of its rows nobody had taken.
		else there.items = there.items.map((item, place) => item ?? batch.items[place]);
	}
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
