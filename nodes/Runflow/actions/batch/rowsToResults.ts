import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { showHint } from '../../host/run/executionHint';
import { toNodeError } from '../../host/errors/nodeError';
import { isTool } from '../../host/run/nodeRun';
import { acceptRunAgain, wasCalledBack } from '../../host/run/parkedRun';
import type { Api } from '../../runflow';
import { failedItem } from '../failedItem';
import { callbackToThisNode } from './creation/callback';
import { createBatches, type Shape } from './creation/createBatches';
import { isContinued, leaveUnfinished, leavingUnfinished } from './creation/unfinishedCalls';
import { hintAtUnused } from './input/unusedColumns';
import { isCallbackBetter } from './parking/automatic';
import {
	inputIndex,
	keepAwaiting,
	keptAwaiting,
	type AwaitedBatch,
	type Awaiting,
} from './parking/awaiting';
import { assertReachable } from './parking/reachable';
import type { Circumstances } from './parking/settle';
import { waitForBatches } from './parking/waitForBatches';
import { readWaitSettings, type WaitSettings } from './parking/waitSettings';
import { withDownloadedFiles } from './results/downloadFiles';
import { handOversForAgents, rowsForAgents } from './results/forAgents';
import { handOver } from './results/handOver';
import { withInputFields } from './results/includedFields';
import { hintAtOutcome } from './results/outcomeHint';
import { assertNoFailedRows, rowItems } from './results/rowItems';

/**
 * Rows in, results out: one output item for each row, in input order, linked to its input item. When
 * n8n runs the node again in the same run (resumed by the callback, or Retry On Fail), it goes on
 * with what it created before.
 */
export async function rowsToResults(
	context: IExecuteFunctions,
	api: Api,
	shape: Shape,
): Promise<INodeExecutionData[]> {
	const settings = readWaitSettings(context);
	const kept = isTool(context) ? undefined : keptAwaiting(context);
	if (kept) acceptRunAgain(context);
	const awaiting =
		kept ??
		(await leavingUnfinished(context, async () => await begin(context, api, settings, shape)));
	const resumed = kept !== undefined && wasCalledBack(context);
	const circumstances = { resumed, areNew: kept === undefined };
	return await results(context, api, awaiting, settings, circumstances).catch((error: unknown) => {
		leaveUnfinished(context);
		const note = existNote(awaiting.batches);
		if (!context.continueOnFail()) throw toNodeError(context.getNode(), error, 0, note);
		return context
			.getInputData()
			.map((_, itemIndex) => failedItem(context, error, itemIndex, note));
	});
}

async function begin(
	context: IExecuteFunctions,
	api: Api,
	{ waitFor, isAutomatic }: WaitSettings,
	shape: Shape,
): Promise<Pick<Awaiting, 'batches' | 'failed'>> {
	const byCallback = isAutomatic ? await isCallbackBetter(context) : waitFor === 'callback';
	if (byCallback) await assertReachable(context);
	const { placed, failed } = await createBatches(
		context,
		api,
		byCallback ? callbackToThisNode(context) : { to: 'nowhere' },
		shape,
	);
	const batches = placed.map(({ id, isRun, label, items, elements, callsBack }): AwaitedBatch => ({
		id,
		...(isRun ? { isRun, label } : {}),
		itemIndexes: items,
		elements,
		callsBack,
	}));
	return isTool(context) ? { batches, failed } : keepAwaiting(context, { batches, failed });
}

async function results(
	context: IExecuteFunctions,
	api: Api,
	{ batches, failed }: Pick<Awaiting, 'batches' | 'failed'>,
	settings: WaitSettings,
	circumstances: Circumstances,
): Promise<INodeExecutionData[]> {
	const waited = await waitForBatches(context, api, batches, settings, circumstances);
	if (waited.ended === 'parked') return waited.input;
	if (waited.ended === 'handedOver') {
		leaveUnfinished(context);
		return handOversForAgents([
			...batches.map((batch) => ({
				json: handOver(batch, waited.states.get(batch.id), isContinued(context)),
				pairedItem: { item: 0 },
			})),
			...failed,
		]);
	}
	const items = [...(await rowItems(context, api, batches, waited.states)), ...failed].sort(
		(a, b) => inputIndex(a) - inputIndex(b),
	);
	hintAtOutcome(context, items);
	hintAtUnused(context);
	hintAtRuns(context, batches, settings);
	if (settings.onFailedItems === 'error' && !context.continueOnFail()) {
		assertNoFailedRows(context, items);
	}
	if (isTool(context)) return rowsForAgents(items);
	return withInputFields(context, await withDownloadedFiles(context, api, items));
}

/** Says why the execution was not parked. */
function hintAtRuns(
	context: IExecuteFunctions,
	batches: AwaitedBatch[],
	{ waitFor }: WaitSettings,
): void {
	const runs = batches.filter(({ isRun }) => isRun).length;
	if (runs === 0 || waitFor !== 'callback') return;
	showHint(
		context,
		`The model takes no batches, so ${runs === 1 ? 'one row' : `${runs} rows`} ran each by itself, and the node asked for them (polling) instead of waiting for a callback.`,
	);
}

const MOST_NAMED = 20;

function existNote(batches: AwaitedBatch[]): string {
	const ids = batches.slice(0, MOST_NAMED).map(({ id }) => id);
	const more = batches.length - ids.length;
	const what = batches.length > 0 && batches.every(({ isRun }) => isRun) ? 'runs' : 'batches';
	return `The ${what} exist: ${ids.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}
