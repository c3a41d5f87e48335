import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import {
	bareRow,
	isRunCallback,
	rowsInOrder,
	rowsOfList,
	runRow,
	type AnyCallback,
	type BatchCallback,
	type RunCallback,
} from '../runflow';

/**
 * What a callback starts the workflow with. As `items` every row of the batch is an item with the
 * batch beside it; a callback without rows is still one item, so that no outcome goes unseen.
 */
export function triggerItems(
	callback: AnyCallback,
	output: 'batch' | 'items',
): INodeExecutionData[] {
	if (output === 'batch') return [{ json: callback as IDataObject }];
	if (isRunCallback(callback)) return [{ json: runItem(callback) }];
	const { event, batch_id, status, metadata, completed_at } = callback;
	const batch = { event, batch_id, batch_status: status, metadata, completed_at };
	const rows = rowsOf(callback);
	if (rows.length === 0) return [{ json: batch as IDataObject }];
	return rows.map((row) => ({ json: { ...batch, ...row } as IDataObject }));
}

/** A run is a row of its own. */
function runItem({
	event,
	run_id,
	status,
	output,
	metadata,
	completed_at,
}: RunCallback): IDataObject {
	const row = runRow({ id: run_id, status_code: status, output });
	const label = metadata?.client_ref;
	const client_ref = typeof label === 'string' ? label : null;
	return { event, metadata, completed_at, ...bareRow({ ...row, client_ref }) } as IDataObject;
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
