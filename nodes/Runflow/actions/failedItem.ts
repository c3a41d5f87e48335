import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { toNodeError } from '../host/nodeError';

/**
 * The output item for an input item that failed while Continue On Fail is on. Its `json` holds only
 * `error` and `details`, which is what sends it to an error output, joined with the input item; an
 * `error` beside `json` would make n8n drop the details
 * (n8n-core, WorkflowExecute.handleNodeErrorOutput and normalizeNodeErrors).
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
		pairedItem: { item: itemIndex },
	};
}
