import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { toNodeError } from '../../host/nodeError';
import type { Api } from '../../runflow';
import { failedItem } from '../failedItem';
import { fieldsFor, type InputOperation } from '../operation';
import { currentRunIndex, inputIndex, keepAwaiting, keptAwaiting, type Awaiting } from './awaiting';
import { inputFields } from './batchInput';
import { createBatches } from './createBatches';
import { createOptionsField } from './createOptions';
import { modelField } from './model';
import { assertReachable, resumeUrlOfNode } from './resumeUrl';
import { assertNoFailedRows, rowItems } from './rowItems';
import { parked, settle } from './settle';
import { isTool, readWaitSettings, waitFields, type WaitSettings } from './waitSettings';

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
		const awaiting = kept ?? (await begin(this, api, settings));
		return await results(this, api, awaiting, settings, kept !== undefined).catch(
			(error: unknown) => {
				const note = `The batches exist: ${awaiting.batches.map(({ id }) => id).join(', ')}.`;
				if (!this.continueOnFail()) throw toNodeError(this.getNode(), error, 0, note);
				return this.getInputData().map((_, itemIndex) => failedItem(this, error, itemIndex, note));
			},
		);
	},
};

async function begin(
	context: IExecuteFunctions,
	api: Api,
	settings: WaitSettings,
): Promise<Awaiting> {
	if (settings.waitFor === 'callback') await assertReachable(context);
	const { placed, failed } = await createBatches(context, api, () =>
		settings.waitFor === 'callback' ? resumeUrlOfNode(context) : undefined,
	);
	const awaiting: Awaiting = {
		runIndex: currentRunIndex(context),
		batches: placed.map(({ plan, batch }) => ({ id: batch.id, itemIndexes: plan.itemIndexes })),
		failed,
	};
	if (!isTool(context)) keepAwaiting(context, awaiting);
	return awaiting;
}

async function results(
	context: IExecuteFunctions,
	api: Api,
	{ batches, failed }: Awaiting,
	settings: WaitSettings,
	resumed: boolean,
): Promise<INodeExecutionData[]> {
	const states = await settle(
		context,
		api,
		batches.map(({ id }) => id),
		settings,
		resumed,
	);
	if (!states) return parked(context);
	const items = [...(await rowItems(context, api, batches, states)), ...failed].sort(
		(a, b) => inputIndex(a) - inputIndex(b),
	);
	if (settings.onFailedItems === 'error' && !context.continueOnFail()) {
		assertNoFailedRows(context, items);
	}
	return items;
}
