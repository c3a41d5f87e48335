import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { errorJson } from '../host/errors/errorOutput';
import { toNodeError } from '../host/errors/nodeError';

/** An error as n8n words it; one error may stand for thousands of items. */
const worded = new WeakMap<object, { message: string; description: string }>();

/**
 * The output item for an input item that failed while Continue On Fail is on. What its `json` holds
 * sends it to an error output, joined with the input item; an `error` beside `json` would make n8n
 * drop the details
 * (n8n-core, WorkflowExecute.handleNodeErrorOutput and normalizeNodeErrors).
 */
export function failedItem(
	context: IExecuteFunctions,
	error: unknown,
	itemIndex: number,
	note = '',
): INodeExecutionData {
	const { message, description } = inWords(context, error);
	const details = [description, note].filter(Boolean).join(' ');
	return {
		json: errorJson(context.getNode(), message, details),
		pairedItem: { item: itemIndex },
	};
}

function inWords(context: IExecuteFunctions, error: unknown) {
	const isObject = typeof error === 'object' && error !== null;
	const known = isObject ? worded.get(error) : undefined;
	if (known) return known;
	const { message, description } = toNodeError(context.getNode(), error, 0);
	const words = { message, description: description ?? '' };
	if (isObject) worded.set(error, words);
	return words;
}
