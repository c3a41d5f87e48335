import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { isUuid } from '../runflow';
import { inputError, quote } from './inputError';

/** The field that names a batch. */
export const batchIdField: INodeProperties = {
	displayName: 'Batch ID',
	name: 'batchId',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. 3c90c3cc-0d44-4b50-8888-8dd25736052a',
	description: 'The ID of the batch, as Create or Runflow Trigger returns it',
};

/** Reads the batch id of an item. Throws NodeOperationError when it is no UUID. */
export function readBatchId(context: IExecuteFunctions, itemIndex: number): string {
	const value = context.getNodeParameter('batchId', itemIndex);
	const batchId = typeof value === 'string' ? value.trim() : value;
	if (isUuid(batchId)) return batchId;
	throw inputError(
		context,
		itemIndex,
		'Batch ID',
		`must be a UUID, but is ${quote(value)}`,
		"Use the 'id' that Batch > Create returns, or the 'batch_id' of a Runflow Trigger item.",
	);
}
