import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';

import { RunflowApiError, RunflowError } from '../runflow';
import { advise } from './advice';

/**
 * The error that n8n shows for a failure: what Runflow or the connection reports becomes a
 * NodeApiError, anything else a NodeOperationError; one that already is either stays as it is.
 *
 * @param itemIndex the input item that the failure belongs to
 * @param note added to the description, e.g. which batches exist
 */
export function toNodeError(
	node: INode,
	error: unknown,
	itemIndex: number,
	note = '',
): NodeApiError | NodeOperationError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) {
		if (error.context.itemIndex === undefined) error.context.itemIndex = itemIndex;
		if (note) error.description = [error.description, note].filter(Boolean).join(' ');
		return error;
	}
	const { message, description } = advise(error);
	const options = {
		message,
		description: [description, note].filter(Boolean).join(' '),
		itemIndex,
	};
	if (error instanceof RunflowError) {
		const httpCode = error instanceof RunflowApiError ? String(error.status) : undefined;
		return new NodeApiError(node, { message }, { ...options, httpCode });
	}
	return new NodeOperationError(node, error instanceof Error ? error : message, options);
}
