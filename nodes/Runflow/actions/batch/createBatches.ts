import { NodeApiError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { toNodeError } from '../../host/nodeError';
import {
	createBatch,
	isBatchUnsupported,
	type Api,
	type CreatedBatch,
	type RunflowApiError,
} from '../../runflow';
import { mapConcurrently, readConcurrency } from '../concurrency';
import { failedItem } from '../failedItem';
import { planBatches, type BatchPlan } from './batchPlan';
import { uploadRowFiles, type RowFiles } from './rowFiles';

/** A batch that exists, and the input items that are in it. */
export interface PlacedBatch {
	plan: BatchPlan;
	batch: CreatedBatch;
}

/** What came of the input: batches that exist, and items for the rows that are in none. */
export interface Placement {
	placed: PlacedBatch[];
	failed: INodeExecutionData[];
}

/**
 * Creates the batches for all input items. Whatever fails, batches that exist are never hidden:
 * without Continue On Fail the error names them, with it they come back beside the failed rows.
 *
 * @throws NodeOperationError for bad input, before anything is sent; NodeApiError for a refusal
 */
export async function createBatches(
	context: IExecuteFunctions,
	api: Api,
	callbackUrl: (itemIndex: number) => string | undefined,
): Promise<Placement> {
	const continueOnFail = context.continueOnFail();
	const plan = (files: RowFiles) => planBatches(context, continueOnFail, callbackUrl, files);
	const files = await uploadRowFiles(context, api, (unsent) => plan(unsent).failures);
	const { plans, failures } = plan(files);
	const outcomes = await mapConcurrently(
		plans,
		async ({ modelPath, body, idempotencyKey }) =>
			await createBatch(api, modelPath, body, idempotencyKey).catch((error: unknown) => {
				throw isBatchUnsupported(error) ? noBatches(context, error, modelPath) : error;
			}),
		{ goOn: continueOnFail, concurrency: readConcurrency(context) },
	);
	const placed = outcomes.flatMap((outcome, index) =>
		outcome?.status === 'fulfilled' ? [{ plan: plans[index], batch: outcome.value }] : [],
	);
	const note = existingBatches(placed);
	const failed = [...failures].map(([itemIndex, error]) => failedItem(context, error, itemIndex));
	outcomes.forEach((outcome, index) => {
		if (outcome?.status !== 'rejected') return;
		const { itemIndexes } = plans[index];
		if (!continueOnFail) {
			throw toNodeError(context.getNode(), outcome.reason, itemIndexes[0], note);
		}
		failed.push(
			...[...new Set(itemIndexes)].map((item) => failedItem(context, outcome.reason, item)),
		);
	});
	return { placed, failed };
}

function existingBatches(placed: PlacedBatch[]): string {
	if (placed.length === 0) return '';
	const batches = placed.map(
		({ batch, plan: { itemIndexes } }) =>
			`${batch.id} (items ${itemIndexes[0]} to ${itemIndexes[itemIndexes.length - 1]})`,
	);
	return `These batches were created and run on: ${batches.join(', ')}. Running the node again in this execution (Retry On Fail) does not create them twice.`;
}

function noBatches(context: IExecuteFunctions, error: RunflowApiError, modelPath: string) {
	const model = decodeURIComponent(modelPath);
	const request = error.requestId ? ` (Runflow request ${error.requestId})` : '';
	return new NodeApiError(
		context.getNode(),
		{ message: error.message },
		{
			message: `${model} cannot run as a batch`,
			description: `Nothing was created or charged. Runflow takes batches only for some of its models, and which ones the catalogue does not tell: choose another model. Runflow says: ${error.message}${request}`,
			httpCode: '422',
		},
	);
}
