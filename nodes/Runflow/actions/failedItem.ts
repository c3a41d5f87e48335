import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { toNodeError } from '../host/nodeError';

/**
 * The output item for an input item that failed while Continue On Fail is on. Its `json` is just
 * the error, which is what makes n8n join it with the input item on an error output
 * (n8n-core, WorkflowExecute.handleNodeErrorOutput).
 */
export function failedItem(
	context: IExecuteFunctions,
	error: unknown,
	itemIndex: number,
	note = '',
): INodeExecutionData {
	const nodeError = toNodeError(context.getNode(), error, itemIndex, note);
	return {
		json: {
			error: nodeError.message,
			...(nodeError.description ? { details: nodeError.description } : {}),
		},
		error: nodeError,
		pairedItem: { item: itemIndex },
	};
}
