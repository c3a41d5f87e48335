import type { Api } from '../http/api';
import { getWholeBatch } from '../batches/batches';
import { readRows } from '../batches/readRows';
import { isRecord } from '../records';
import { terminalStatus } from '../states';
import type { BatchCallback } from './callback';

/**
 * A finished batch in the shape of its callback, with all of its rows; `undefined` while it is still
 * going. The docs do not say whether a batch that is read has its items in `output`, as its callback
 * has.
 *
 * @throws what `getWholeBatch` throws
 */
export async function readFinishedBatch(
	api: Api,
	batchId: string,
): Promise<BatchCallback | undefined> {
	const batch = await getWholeBatch(api, batchId);
	const status = terminalStatus(batch.status_code);
	if (!status) return undefined;
	const { items_total: total } = batch;
	const output = isRecord(batch.output) ? batch.output : null;
	const whole = !total || heldRows(output) >= total;
	return {
		event: `batch.${status}`,
		batch_id: batchId,
		status,
		output: whole
			? output
			: { ...output, items: await readRows(api, batchId, total, batch), total },
		duration_ms: batch.duration_ms ?? null,
		created_at: batch.created_at ?? null,
		completed_at: batch.completed_at ?? null,
		metadata: batch.metadata ?? null,
	};
}

/** How many rows the output of a batch holds. */
export function heldRows(output: Record<string, unknown> | null): number {
	return Array.isArray(output?.items) ? output.items.length : 0;
}
