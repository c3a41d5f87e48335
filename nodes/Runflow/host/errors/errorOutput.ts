import * as n8nWorkflow from 'n8n-workflow';
import type { IDataObject, INode } from 'n8n-workflow';

/**
 * Whether this n8n surely sends items with `error` and `details` to an error output: 2.36 and newer
 * do, 2.34 and 2.35 from a patch on that cannot be told. What is looked for came with n8n-workflow
 * 2.37.4 and 2.39.0.
 */
const TAKES_DETAILS = 'checkNodesApiVersion' in n8nWorkflow;

/**
 * The `json` of an item that failed: `error`, and `details` where there are any. For an error output
 * the second is called `message` where n8n knows only that name: it would send the item to both
 * outputs otherwise. Without an error output the names are the same everywhere.
 * Source: n8n-core, WorkflowExecute.handleNodeErrorOutput.
 */
export function errorJson(
	{ onError }: INode,
	error: string,
	details: string | IDataObject | undefined,
	takesDetails = TAKES_DETAILS,
): IDataObject {
	if (!details) return { error };
	return onError === 'continueErrorOutput' && !takesDetails
		? { error, message: details }
		: { error, details };
}

/** What an item that failed has beside its error, where that was an object; of any other item its `json`. */
export function detailsIn(json: IDataObject): IDataObject {
	const { error, details, message = details } = json;
	const isFailed = typeof error === 'string' && typeof message === 'object' && message !== null;
	return isFailed ? (message as IDataObject) : json;
}
