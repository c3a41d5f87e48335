import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { toNodeError } from '../../host/errors/nodeError';
import { isTool } from '../../host/run/nodeRun';
import { acceptRunAgain } from '../../host/run/parkedRun';
import type { Api } from '../../runflow';
import { failedItem } from '../failedItem';
import { fieldsFor, type InputOperation } from '../operation';
import { callbackToThisNode } from './creation/callback';
import { createBatches } from './creation/createBatches';
import { createOptionsField } from './creation/createOptions';
import { isContinued, leaveUnfinished, leavingUnfinished } from './creation/unfinishedCalls';
import { inputFields } from './input/inputFields';
import { modelField } from './input/model';
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
import { readWaitSettings, waitFields, type WaitSettings } from './parking/waitSettings';
import { handOver } from './results/handOver';
import { assertNoFailedRows, rowItems } from './results/rowItems';

/**
 * Batch > Create and Wait: rows in, results out. One output item for each row, in input order,
 * linked to its input item. When n8n runs the node again in the same run (resumed by the callback,
 * or Retry On Fail), it goes on with the batches that it created before.
 */
export const createAndWait: InputOperation = {
	fields: fieldsFor(
		'batch',
		['createAndWait'],
		[modelField, ...inputFields, ...waitFields, createOptionsField],
	),

	async executeInput(api) {
		const settings = readWaitSettings(this);
		const kept = isTool(this) ? undefined : keptAwaiting(this);
		if (kept) acceptRunAgain(this);
		const awaiting =
			kept ?? (await leavingUnfinished(this, async () => await begin(this, api, settings)));
		const circumstances = { resumed: kept !== undefined, areNew: kept === undefined };
		return await results(this, api, awaiting, settings, circumstances).catch((error: unknown) => {
			leaveUnfinished(this);
			const note = `The batches exist: ${awaiting.batches.map(({ id }) => id).join(', ')}.`;
			if (!this.continueOnFail()) throw toNodeError(this.getNode(), error, 0, note);
			return this.getInputData().map((_, itemIndex) => failedItem(this, error, itemIndex, note));
		});
	},
};

async function begin(
	context: IExecuteFunctions,
	api: Api,
	{ waitFor }: WaitSettings,
): Promise<Pick<Awaiting, 'batches' | 'failed'>> {
	const byCallback = waitFor === 'callback';
	if (byCallback) await assertReachable(context);
	const { placed, failed } = await createBatches(
		context,
		api,
		byCallback ? callbackToThisNode(context) : { to: 'nowhere' },
	);
	const batches = placed.map(({ id, items, elements, callsBack }): AwaitedBatch => ({
		id,
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
		return [
			...batches.map(({ id }) => ({
				json: handOver(id, waited.states.get(id), isContinued(context)),
				pairedItem: { item: 0 },
			})),
			...failed,
		];
	}
	const items = [...(await rowItems(context, api, batches, waited.states)), ...failed].sort(
		(a, b) => inputIndex(a) - inputIndex(b),
	);
	if (settings.onFailedItems === 'error' && !context.continueOnFail()) {
		assertNoFailedRows(context, items);
	}
	return items;
}
