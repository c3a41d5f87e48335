import * as n8nWorkflow from 'n8n-workflow';
import type { INodeExecutionData } from 'n8n-workflow';

/** Came with n8n 2.22, as did the mending of what follows. */
const TAKES_NULL = 'isTerminalExecutionStatus' in n8nWorkflow;

/**
 * Items for any n8n. Under Retry On Fail n8n before 2.22 takes a node for failed whose first item has
 * an `error` that is null, as a row without an error has: it would run the Runflow node again, and
 * any later node that hands the row on, such as Remove Duplicates, which then finds all of it seen
 * before. There such an `error` is not set.
 * Source: n8n-core, WorkflowExecute.processRunExecutionData.
 */
export function withoutEmptyErrors(
	items: INodeExecutionData[],
	takesNull = TAKES_NULL,
): INodeExecutionData[] {
	if (takesNull) return items;
	return items.map((item) =>
		item.json.error === null ? { ...item, json: { ...item.json, error: undefined } } : item,
	);
}
