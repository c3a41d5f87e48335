import type { IExecuteFunctions } from 'n8n-workflow';

import { isTool } from '../../host/run/nodeRun';
import { isWorthAnotherTry, terminalStatus, type Api, type Batch } from '../../runflow';
import { mapConcurrently } from '../concurrency';
import { readConcurrency } from '../fields/requestOptions';
import { createAgain, type FailedRow } from './creation/again/createAgain';
import type { Callback } from './creation/callback';
import type { PlacedBatch } from './creation/carryOut/placement';
import type { Shape } from './creation/carryOut/planAndSend';
import { rowKey } from './input/row';
import { keepAwaiting, type Awaited, type AwaitedBatch } from './parking/awaiting';
import { rowsOf } from './results/rowItems';

/** A batch that exists, as it is waited for. */
export function awaitedBatch(
	{ id, isRun, label, items, elements, callsBack, tries }: PlacedBatch,
	triesAgain: number,
): AwaitedBatch {
	return {
		id,
		...(isRun ? { isRun, label } : {}),
		itemIndexes: items,
		elements,
		callsBack,
		...(triesAgain > 0 ? { tries } : {}),
	};
}

/** Keeps what is waited for; nobody would find it again for an agent's tool, which is not parked. */
export function keep(context: IExecuteFunctions, awaited: Awaited): Awaited {
	return isTool(context) ? awaited : keepAwaiting(context, awaited);
}

/**
 * Has failed rows of finished batches run again, in new batches that are waited for together with
 * what the others have given.
 *
 * @param states of all batches that are waited for
 * @param most how often a row runs again at the most
 * @returns what is waited for from now on; `undefined` where no row is to run again
 */
export async function tryFailedRowsAgain(
	context: IExecuteFunctions,
	api: Api,
	awaited: Awaited,
	states: ReadonlyMap<string, Batch>,
	most: number,
	how: () => Promise<{ callback: Callback; shape: Shape }>,
): Promise<Awaited | undefined> {
	if (most === 0 || awaited.notAgain !== undefined) return undefined;
	const isFinished = ({ id }: AwaitedBatch) =>
		terminalStatus(states.get(id)?.status_code) !== undefined;
	if (!awaited.batches.every(isFinished)) return undefined;
	const failed = await failedRows(context, api, awaited.batches, states, most);
	if (failed.size === 0) return undefined;
	const made = await createAgain(context, api, failed, await how());
	const known = new Set(awaited.batches.map(({ id }) => id));
	const before = awaited.batches.map((batch) => withoutMoved(batch, made.moved));
	return keep(context, {
		batches: [
			...before.filter(({ itemIndexes }) => itemIndexes.some((item) => item !== null)),
			...made.placed.filter(({ id }) => !known.has(id)).map((batch) => awaitedBatch(batch, most)),
		],
		failed: [...awaited.failed, ...made.failed],
		notAgain: made.refusal,
	});
}

/** Its rows that are in another batch by now are not wanted from it; it is finished, and calls nobody. */
function withoutMoved(batch: AwaitedBatch, moved: ReadonlySet<string>): AwaitedBatch {
	const itemIndexes = batch.itemIndexes.map((item, place) => {
		const element = batch.elements?.[place] ?? 0;
		return item !== null && moved.has(rowKey({ item, element })) ? null : item;
	});
	return { ...batch, itemIndexes, callsBack: false };
}

/** The rows that are worth another try, by their keys. */
async function failedRows(
	context: IExecuteFunctions,
	api: Api,
	batches: AwaitedBatch[],
	states: ReadonlyMap<string, Batch>,
	most: number,
): Promise<Map<string, FailedRow>> {
	const candidates = batches.filter(({ id, tries = 1 }) => {
		const state = states.get(id);
		const status = terminalStatus(state?.status_code);
		return tries <= most && !state?.isUnclear && status !== 'succeeded' && status !== 'cancelled';
	});
	const outcomes = await mapConcurrently(
		candidates,
		async (batch) => await rowsOf(api, batch, states.get(batch.id)),
		{ goOn: context.continueOnFail(), concurrency: readConcurrency(context) },
	);
	const failed = new Map<string, FailedRow>();
	outcomes.forEach((outcome, index) => {
		const { id, itemIndexes, elements, tries = 1 } = candidates[index];
		if (outcome?.status === 'rejected') {
			if (!context.continueOnFail()) throw outcome.reason;
			return;
		}
		itemIndexes.forEach((item, place) => {
			const row = outcome?.value[place];
			if (item === null || !row || !isWorthAnotherTry(row, states.get(id))) return;
			failed.set(rowKey({ item, element: elements?.[place] ?? 0 }), { id, item, tries });
		});
	});
	return failed;
}
