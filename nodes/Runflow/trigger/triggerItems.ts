import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { rowsInOrder, rowsOfList, type BatchCallback } from '../runflow';

/**
 * What a callback starts the workflow with. As `items` every row of the batch is an item with the
 * batch beside it; a callback without rows is still one item, so that no outcome goes unseen.
 */
export function triggerItems(
	callback: BatchCallback,
	output: 'batch' | 'items',
): INodeExecutionData[] {
	if (output === 'batch') return [{ json: callback as IDataObject }];
	const { event, batch_id, status, metadata, completed_at } = callback;
	const batch = { event, batch_id, batch_status: status, metadata, completed_at };
	const rows = rowsOf(callback);
	if (rows.length === 0) return [{ json: batch as IDataObject }];
	return rows.map((row) => ({ json: { ...batch, ...row } as IDataObject }));
}

/** A row for each element of the batch where the callback says how many there are. */
function rowsOf({ batch_id, status, output }: BatchCallback) {
	const items: unknown = output?.items;
	const total: unknown = output?.total;
	const batch = { status_code: status };
	return Number.isInteger(total) && Number(total) >= 0
		? rowsInOrder(batch_id, Array.isArray(items) ? items : [], Number(total), batch)
		: rowsOfList(batch_id, items, batch);
}
