import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { toNodeError } from '../../host/nodeError';
import { getBatch, terminalStatus, type Api, type Batch } from '../../runflow';
import { batchId } from '../batchId';
import { mapConcurrently, readConcurrency } from '../concurrency';
import { failedItem } from '../failedItem';
import { inputError } from '../inputError';
import { fieldsFor, type InputOperation } from '../operation';
import {
	currentRunIndex,
	inputIndex,
	keepAwaiting,
	keptAwaiting,
	type AwaitedBatch,
} from './awaiting';
import { resumeUrl } from './resumeUrl';
import { assertNoFailedRows, rowItems } from './rowItems';
import { parked, settle } from './settle';
import { isTool, readWaitSettings, waitFields, type WaitSettings } from './waitSettings';

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
		const resumed = !isTool(this) && keptAwaiting(this) !== undefined;
		const { awaited, failed } = await readAwaited(this, api, settings, resumed);
		if (!isTool(this)) {
			keepAwaiting(this, { runIndex: currentRunIndex(this), batches: awaited, failed });
		}
		const items = await results(this, api, awaited, settings, resumed).catch((error: unknown) => {
			if (!this.continueOnFail()) throw error;
			return awaited.map(({ itemIndexes: [item] }) => failedItem(this, error, item));
		});
		if (!items) return parked(this);
		return [...items, ...failed].sort((a, b) => inputIndex(a) - inputIndex(b));
	},
};

async function results(
	context: IExecuteFunctions,
	api: Api,
	awaited: AwaitedBatch[],
	settings: WaitSettings,
	resumed: boolean,
): Promise<INodeExecutionData[] | undefined> {
	const batchIds = [...new Set(awaited.map(({ id }) => id))];
	const states = await settle(context, api, batchIds, settings, resumed);
	if (!states) return undefined;
	if (context.getNodeParameter('output', 0, 'items') === 'batch') {
		return awaited.map(({ id, itemIndexes: [item] }) => ({
			json: states.get(id) as IDataObject,
			pairedItem: { item },
		}));
	}
	const items = await rowItems(context, api, awaited.map(withRows(states)), states);
	if (settings.onFailedItems === 'error' && !context.continueOnFail()) {
		assertNoFailedRows(context, items);
	}
	return items;
}

const withRows =
	(states: Map<string, Batch>) =>
	({ id, itemIndexes: [item] }: AwaitedBatch): AwaitedBatch => {
		const state = states.get(id);
		const rows = state?.items_total ?? state?.items?.length ?? 0;
		return { id, itemIndexes: new Array<number>(rows).fill(item) };
	};

/**
 * One entry for each input item whose batch can be waited for, though several may name the same
 * one; the others fail, alone where n8n continues on fail. Once resumed nothing is asked again.
 */
async function readAwaited(
	context: IExecuteFunctions,
	api: Api,
	settings: WaitSettings,
	resumed: boolean,
) {
	const goOn = context.continueOnFail();
	const examine = !resumed && (goOn || settings.waitFor === 'callback');
	const indexes = context.getInputData().map((_, itemIndex) => itemIndex);
	const outcomes = await mapConcurrently(
		indexes,
		async (itemIndex): Promise<AwaitedBatch> => {
			const id = batchId.read(context, itemIndex);
			if (examine) assertCallsBack(context, itemIndex, settings, await getBatch(api, id));
			return { id, itemIndexes: [itemIndex] };
		},
		{ goOn, concurrency: readConcurrency(context) },
	);
	const awaited: AwaitedBatch[] = [];
	const failed: INodeExecutionData[] = [];
	outcomes.forEach((outcome, itemIndex) => {
		if (outcome?.status === 'fulfilled') awaited.push(outcome.value);
		if (outcome?.status !== 'rejected') return;
		if (!goOn) throw toNodeError(context.getNode(), outcome.reason, itemIndex);
		failed.push(failedItem(context, outcome.reason, itemIndex));
	});
	return { awaited, failed };
}

/** Refuses to park for a batch that is not going to call this execution back: NodeOperationError. */
function assertCallsBack(
	context: IExecuteFunctions,
	itemIndex: number,
	{ waitFor }: WaitSettings,
	batch: Batch,
): void {
	if (waitFor === 'polling' || terminalStatus(batch.status_code)) return;
	const own = new URL(resumeUrl(context)).pathname;
	const path = batch.callback_url ? URL.parse(batch.callback_url)?.pathname : undefined;
	if (path === own || path?.startsWith(`${own}/`)) return;
	throw inputError(
		context,
		itemIndex,
		'Batch ID',
		'names a batch that does not call this execution back',
		"Create the batch in this execution with 'Callback' set to Resume This Execution, or set 'Wait For' to Polling.",
	);
}
