import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { toNodeError } from '../../host/nodeError';
import { getBatch, type Api } from '../../runflow';
import { batchId } from '../batchId';
import { mapConcurrently, readConcurrency } from '../concurrency';
import { failedItem } from '../failedItem';
import { inputError } from '../inputError';
import { fieldsFor, type InputOperation } from '../operation';
import { currentRunIndex, keepAwaiting, type AwaitedBatch } from './awaiting';
import { resumeUrl } from './resumeUrl';
import { assertNoFailedRows, rowItems } from './rowItems';
import { parked, settle } from './settle';
import { isTool, readWaitSettings, waitFields } from './waitSettings';

/** Batch > Wait: waits for batches that exist, and returns them or their rows. */
export const wait: InputOperation = {
	fields: fieldsFor(
		'batch',
		['wait'],
		[
			batchId.field,
			...waitFields,
			{
				displayName: 'Output',
				name: 'output',
				type: 'options',
				default: 'items',
				description: 'What comes out of the node',
				options: [
					{
						name: 'One Item per Batch Item',
						value: 'items',
						description: 'One item for each row of the batch, with its output or error',
					},
					{
						name: 'One Item per Batch',
						value: 'batch',
						description: 'The batch as Get returns it',
					},
				],
			},
		],
	),

	async executeInput(api) {
		const settings = readWaitSettings(this);
		const { awaited, failed } = readAwaited(this);
		const batchIds = [...new Set(awaited.map(({ id }) => id))];
		if (settings.waitFor === 'callback') await assertCallsBack(this, api, awaited);
		if (!isTool(this)) {
			keepAwaiting(this, { runIndex: currentRunIndex(this), batches: awaited, failed });
		}
		const states = await settle(this, api, batchIds, settings);
		if (!states) return parked(this);
		const asRows = this.getNodeParameter('output', 0, 'items') === 'items';
		const items = asRows
			? await rowItems(this, api, awaited.map(withRows(states)), states)
			: awaited.map(({ id, itemIndexes: [item] }) => ({
					json: states.get(id) as IDataObject,
					pairedItem: { item },
				}));
		if (asRows && settings.onFailedItems === 'error' && !this.continueOnFail()) {
			assertNoFailedRows(this, items);
		}
		return [...items, ...failed];
	},
};

/** One entry for each input item, though several may name the same batch. */
function readAwaited(context: IExecuteFunctions) {
	const awaited: AwaitedBatch[] = [];
	const failed: INodeExecutionData[] = [];
	context.getInputData().forEach((_, itemIndex) => {
		try {
			awaited.push({ id: batchId.read(context, itemIndex), itemIndexes: [itemIndex] });
		} catch (error) {
			if (!context.continueOnFail()) {
				throw toNodeError(context.getNode(), error, itemIndex);
			}
			failed.push(failedItem(context, error, itemIndex));
		}
	});
	return { awaited, failed };
}

const withRows =
	(states: Awaited<ReturnType<typeof settle>>) =>
	({ id, itemIndexes: [item] }: AwaitedBatch): AwaitedBatch => {
		const state = states?.get(id);
		const rows = state?.items_total ?? state?.items?.length ?? 0;
		return { id, itemIndexes: new Array<number>(rows).fill(item) };
	};

/**
 * Refuses to park for a batch that is not going to call this execution back.
 *
 * @throws NodeOperationError for a batch with another callback URL, or none
 */
async function assertCallsBack(
	context: IExecuteFunctions,
	api: Api,
	awaited: AwaitedBatch[],
): Promise<void> {
	const own = new URL(resumeUrl(context)).pathname;
	const outcomes = await mapConcurrently(awaited, async ({ id }) => await getBatch(api, id), {
		goOn: false,
		concurrency: readConcurrency(context),
	});
	outcomes.forEach((outcome, index) => {
		const [itemIndex] = awaited[index].itemIndexes;
		if (outcome?.status === 'rejected') {
			throw toNodeError(context.getNode(), outcome.reason, itemIndex);
		}
		const callbackUrl = outcome?.value.callback_url;
		const path = callbackUrl ? URL.parse(callbackUrl)?.pathname : undefined;
		if (path === own || path?.startsWith(`${own}/`)) return;
		throw inputError(
			context,
			itemIndex,
			'Batch ID',
			'names a batch that does not call this execution back',
			"Create the batch in this execution with 'Callback' set to Resume This Execution, or set 'Wait For' to Polling.",
		);
	});
}
