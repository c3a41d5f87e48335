import { connect, type HostContext } from '../host/connection';
import {
	getRun,
	getWholeBatch,
	isRecord,
	readRows,
	runCallbackOf,
	terminalStatus,
	type Api,
	type BatchCallback,
	type RunCallback,
} from '../runflow';

/** One repeat after a moment, and none that Runflow wants to be waited for. */
const SOON = { attempts: 2, firstPauseMs: 300, longestRetryAfterMs: 0 };

/**
 * The API for reads that the answer to a callback hangs on. They are over when the time for the answer
 * is, and since anybody can send a callback they neither wait behind the requests of paid work nor
 * make those wait.
 */
export async function connectToReadBack(context: HostContext, deadline: AbortSignal): Promise<Api> {
	return (await connect(context, SOON)).with({ signal: deadline, gate: undefined });
}

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

/** A finished run in the shape of its callback; `undefined` while it is still going. */
export async function readFinishedRun(api: Api, runId: string): Promise<RunCallback | undefined> {
	return runCallbackOf(await getRun(api, runId));
}

/** How many rows the output of a batch holds. */
export function heldRows(output: Record<string, unknown> | null): number {
	return Array.isArray(output?.items) ? output.items.length : 0;
}
