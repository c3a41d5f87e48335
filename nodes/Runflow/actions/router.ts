import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { connect } from '../host/connection/connection';
import { withoutEmptyErrors } from '../host/errors/emptyErrors';
import { toNodeError } from '../host/errors/nodeError';
import { isTool } from '../host/run/nodeRun';
import { withPlainReferences } from '../host/run/plainReferences';
import { withoutResumeTokens } from '../host/run/resumeToken';
import { assertSupported } from '../host/supportedN8n';
import type { Api } from '../runflow';
import { accountOperations } from './account/account.resource';
import { batchOperations } from './batch/batch.resource';
import { batchItemOperations } from './batchItem/batchItem.resource';
import { callbackDeliveryOperations } from './callbackDelivery/callbackDelivery.resource';
import { callbackSecretOperations } from './callbackSecret/callbackSecret.resource';
import { mapConcurrently } from './concurrency';
import { failedItem } from './failedItem';
import { readConcurrency } from './fields/requestOptions';
import { mediaOperations } from './media/media.resource';
import { modelOperations } from './model/model.resource';
import type { ItemOperation, Operation } from './operation';
import { runOperations } from './run/run.resource';

/** Every operation of the node, by its resource. */
export const resources: Record<string, Record<string, Operation>> = {
	account: accountOperations,
	batch: batchOperations,
	batchItem: batchItemOperations,
	callbackDelivery: callbackDeliveryOperations,
	callbackSecret: callbackSecretOperations,
	media: mediaOperations,
	model: modelOperations,
	run: runOperations,
};

/**
 * Runs the chosen operation over the input items: concurrent, linked, in input order. Whatever
 * fails while n8n continues on fail becomes items with an error; n8n would pass the untouched input
 * on as results otherwise (n8n-core, WorkflowExecute.handleNodeExecutionError).
 */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	assertSupported(this.getNode());
	const context = withPlainReferences(this);
	const operation = operationOf(context);
	const run = async () => {
		const api = await connect(context);
		return 'executeInput' in operation
			? await operation.executeInput.call(context, api)
			: await executeItems(context, operation, api);
	};
	const items = await run().catch((error: unknown) => {
		if (context.continueOnFail()) {
			return context.getInputData().map((_, item) => failedItem(context, error, item));
		}
		throw shownError(context, error);
	});
	return [withoutResumeTokens(context, withoutEmptyErrors(items))];
}

function operationOf(context: IExecuteFunctions): Operation {
	const resource = context.getNodeParameter('resource', 0);
	const name = context.getNodeParameter('operation', 0);
	const operations = Object.hasOwn(resources, resource) ? resources[resource] : {};
	if (Object.hasOwn(operations, name)) return operations[name];
	throw new NodeOperationError(
		context.getNode(),
		`Runflow has no operation '${resource}: ${name}'`,
		{ description: 'Choose a resource and an operation from the lists.' },
	);
}

async function executeItems(
	context: IExecuteFunctions,
	operation: ItemOperation,
	api: Api,
): Promise<INodeExecutionData[]> {
	const items = context.getInputData();
	const continueOnFail = context.continueOnFail();
	const outcomes = await mapConcurrently(
		items,
		async (_, itemIndex) => await operation.executeItem.call(context, api, itemIndex),
		{ goOn: continueOnFail, concurrency: operation.concurrency ?? readConcurrency(context) },
	);
	return outcomes.flatMap((outcome, itemIndex) => {
		if (outcome?.status === 'fulfilled') {
			return [outcome.value]
				.flat()
				.map((json): INodeExecutionData => ({ json, pairedItem: { item: itemIndex } }));
		}
		if (!outcome) return [];
		if (continueOnFail) return [failedItem(context, outcome.reason, itemIndex)];
		throw toNodeError(context.getNode(), outcome.reason, itemIndex);
	});
}

/** The error as n8n shows it; an AI agent sees nothing but the message, so that says all of it. */
function shownError(context: IExecuteFunctions, error: unknown): Error {
	const nodeError = toNodeError(context.getNode(), error, 0);
	const { message, description } = nodeError;
	if (!isTool(context) || !description || message.includes(description)) return nodeError;
	return new NodeOperationError(context.getNode(), `${message}. ${description}`, {
		itemIndex: nodeError.context.itemIndex as number | undefined,
	});
}
