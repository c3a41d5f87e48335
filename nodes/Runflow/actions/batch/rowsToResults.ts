import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { editionOf } from '../../host/edition';
import { showHint } from '../../host/run/executionHint';
import { toNodeError } from '../../host/errors/nodeError';
import { isTool } from '../../host/run/nodeRun';
import { acceptRunAgain, wasCalledBack } from '../../host/run/parkedRun';
import { terminalStatus, type Api, type Batch } from '../../runflow';
import { failedItem } from '../failedItem';
import { readTries } from './creation/again/triesOption';
import { callbackToThisNode, type Callback } from './creation/callback';
import type { Shape } from './creation/carryOut/planAndSend';
import { createBatches } from './creation/createBatches';
import { noteResults } from './creation/memory/memory';
import { isContinued, leaveUnfinished, leavingUnfinished } from './creation/memory/unfinishedCalls';
import { hintAtUnused } from './input/unusedColumns';
import { whyNotByCallback } from './parking/automatic';
import { inputIndex, keptAwaiting, type Awaited, type AwaitedBatch } from './parking/awaiting';
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
import { awaitedBatch, keep, tryFailedRowsAgain } from './tryAgain';

/** How one run of the node goes about it. */
interface Plan {
	shape: Shape;
	settings: WaitSettings;
	/** How often failed rows are tried again. */
	triesAgain: number;
}

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
	const plan = { shape, settings: readWaitSettings(context), triesAgain: readTries(context) };
	const kept = isTool(context) ? undefined : keptAwaiting(context);
	if (kept) acceptRunAgain(context);
	const awaited: Awaited =
		kept ?? (await leavingUnfinished(context, async () => await begin(context, api, plan)));
	const current = { awaited };
	const resumed = kept !== undefined && wasCalledBack(context);
	const circumstances = { resumed, areNew: kept === undefined };
	return await results(context, api, current, plan, circumstances).catch((error: unknown) => {
		leaveUnfinished(context);
		const note = existNote(current.awaited.batches);
		if (!context.continueOnFail()) throw toNodeError(context.getNode(), error, 0, note);
		return context
			.getInputData()
			.map((_, itemIndex) => failedItem(context, error, itemIndex, note));
	});
}

async function begin(
	context: IExecuteFunctions,
	api: Api,
	{ settings, shape, triesAgain }: Plan,
): Promise<Awaited> {
	const { callback, hint } = await chooseCallback(context, settings, shape);
	if (hint) showHint(context, hint);
	if (callback.to === 'thisNode') await assertReachable(context);
	const { placed, failed } = await createBatches(context, api, callback, { shape, triesAgain });
	return keep(context, { batches: placed.map((batch) => awaitedBatch(batch, triesAgain)), failed });
}

async function chooseCallback(
	context: IExecuteFunctions,
	{ waitFor, isAutomatic }: WaitSettings,
	shape: Shape,
): Promise<{ callback: Callback; hint?: string }> {
	const hint = isAutomatic ? await whyNotByCallback(context, shape) : undefined;
	const byCallback = waitFor === 'callback' && hint === undefined;
	return { callback: byCallback ? callbackToThisNode(context) : { to: 'nowhere' }, hint };
}

async function results(
	context: IExecuteFunctions,
	api: Api,
	current: { awaited: Awaited },
	{ settings, shape, triesAgain }: Plan,
	atFirst: Circumstances,
): Promise<INodeExecutionData[]> {
	const states = new Map<string, Batch>();
	const { clock } = editionOf(context);
	const began = clock.now();
	let wereTriedAgain = false;
	for (let circumstances = atFirst; ; circumstances = { resumed: false, areNew: true }) {
		const isOpen = ({ id }: AwaitedBatch) => !terminalStatus(states.get(id)?.status_code);
		const open = current.awaited.batches.filter(isOpen);
		// Every try has the time limit for itself; an agent's patience is one.
		const gone = isTool(context) ? clock.now() - began : 0;
		const limits = { ...settings, timeoutMs: Math.max(0, settings.timeoutMs - gone) };
		const waited = await waitForBatches(context, api, open, limits, circumstances);
		if (waited.ended === 'parked') return waited.input;
		for (const [id, state] of waited.states) states.set(id, state);
		if (waited.ended === 'handedOver') return handedOver(context, current.awaited, states);
		const next = await tryFailedRowsAgain(
			context,
			api,
			current.awaited,
			states,
			triesAgain,
			async () => ({ callback: (await chooseCallback(context, settings, shape)).callback, shape }),
		);
		if (!next) break;
		current.awaited = next;
		wereTriedAgain = true;
	}
	const { batches, failed, notAgain } = current.awaited;
	// Links of runs have got old while others were tried again: they are read once more.
	if (wereTriedAgain) for (const { id, isRun } of batches) if (isRun) states.delete(id);
	const items = [...(await rowItems(context, api, batches, states)), ...failed].sort(
		(a, b) => inputIndex(a) - inputIndex(b),
	);
	noteResults(context);
	hintAtOutcome(context, items);
	hintAtUnused(context);
	if (notAgain) {
		showHint(context, `Failed rows were not tried again: ${notAgain}`, 'warning');
	}
	if (settings.onFailedItems === 'error' && !context.continueOnFail()) {
		assertNoFailedRows(context, items);
	}
	if (isTool(context)) return rowsForAgents(items);
	return withInputFields(context, await withDownloadedFiles(context, api, items));
}

/** What an agent gets whose patience ends. */
function handedOver(
	context: IExecuteFunctions,
	{ batches, failed }: Awaited,
	states: ReadonlyMap<string, Batch>,
): INodeExecutionData[] {
	leaveUnfinished(context);
	return handOversForAgents([
		...batches.map((batch) => ({
			json: handOver(batch, states.get(batch.id), isContinued(context)),
			pairedItem: { item: 0 },
		})),
		...failed,
	]);
}

const MOST_NAMED = 20;

function existNote(batches: AwaitedBatch[]): string {
	const ids = batches.slice(0, MOST_NAMED).map(({ id }) => id);
	const more = batches.length - ids.length;
	const what = batches.length > 0 && batches.every(({ isRun }) => isRun) ? 'runs' : 'batches';
	return `The ${what} exist: ${ids.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}
