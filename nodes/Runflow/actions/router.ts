import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { connect } from '../host/connection';
import { toNodeError } from '../host/nodeError';
import type { Api } from '../runflow';
import { batchOperations } from './batch/batch.resource';
import { batchItemOperations } from './batchItem/batchItem.resource';
import { callbackDeliveryOperations } from './callbackDelivery/callbackDelivery.resource';
import { callbackSecretOperations } from './callbackSecret/callbackSecret.resource';
import { mapConcurrently, readConcurrency } from './concurrency';
import { failedItem } from './failedItem';
import { mediaOperations } from './media/media.resource';
import { modelOperations } from './model/model.resource';
import type { ItemOperation, Operation } from './operation';

const resources: Record<string, Record<string, Operation>> = {
	batch: batchOperations,
	batchItem: batchItemOperations,
	callbackDelivery: callbackDeliveryOperations,
	callbackSecret: callbackSecretOperations,
	media: mediaOperations,
	model: modelOperations,
};

/** Runs the chosen operation over the input items: concurrent, linked, in input order. */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const resource = this.getNodeParameter('resource', 0);
	const name = this.getNodeParameter('operation', 0);
	const operations = Object.hasOwn(resources, resource) ? resources[resource] : {};
	const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
	if (!operation) {
		throw new NodeOperationError(
			this.getNode(),
			`Runflow has no operation '${resource}: ${name}'`,
			{
				description: 'Choose a resource and an operation from the lists.',
			},
		);
	}
	const api = await connect(this);
	return [
		'executeInput' in operation
			? await operation.executeInput.call(this, api).catch((error: unknown) => {
					throw toNodeError(this.getNode(), error, 0);
				})
			: await executeItems.call(this, operation, api),
	];
}

async function executeItems(
	this: IExecuteFunctions,
	operation: ItemOperation,
	api: Api,
): Promise<INodeExecutionData[]> {
	const items = this.getInputData();
	const continueOnFail = this.continueOnFail();
	const outcomes = await mapConcurrently(
		items,
		async (_, itemIndex) => await operation.executeItem.call(this, api, itemIndex),
		{ goOn: continueOnFail, concurrency: operation.concurrency ?? readConcurrency(this) },
	);
	return outcomes.flatMap((outcome, itemIndex) => {
		if (outcome?.status === 'fulfilled') {
			return [outcome.value]
				.flat()
				.map((json): INodeExecutionData => ({ json, pairedItem: { item: itemIndex } }));
		}
		if (!outcome) return [];
		if (continueOnFail) return [failedItem(this, outcome.reason, itemIndex)];
		throw toNodeError(this.getNode(), outcome.reason, itemIndex);
	});
}
