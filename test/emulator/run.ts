import { apiTime, pythonTime } from './clock.ts';
import { batchCost, durationMs, isTerminal, itemOutput } from './batch.ts';
import type { Batch, BatchItem } from './batch.ts';
import type { SignedUrls } from './signedUrls.ts';

/** The answer to creating or reading a run by itself, or one of a batch. */
export function runView(batch: Batch, item: BatchItem, urls: SignedUrls, organizationId: string) {
	return {
		id: item.runId,
		flow_id: null,
		model_id: batch.model.id,
		target_type: 'model',
		org_id: organizationId,
		status_code: item.statusCode,
		source_code: 'api',
		input: item.input,
		output: itemOutput(item, urls),
		duration_ms: durationMs(batch),
		cost: batch.isRun
			? batchCost(batch)
			: item.costCents === null
				? null
				: (item.costCents / 100).toFixed(2),
		batch_id: batch.isRun ? null : batch.id,
		client_ref: item.clientRef,
		created_at: apiTime(item.createdAt),
		started_at: apiTime(item.startedAt),
		completed_at: apiTime(item.completedAt),
		callback_url: batch.isRun ? batch.callbackUrl : null,
		metadata: batch.metadata,
		failure_code: item.error?.code ?? null,
		failure_message: item.error?.message ?? null,
		failure_stage_code: item.error ? 'execution' : null,
		links: {},
	};
}

/** The body of the callback of a run by itself. */
export function runCallbackPayload(batch: Batch, urls: SignedUrls): Record<string, unknown> {
	const [item] = batch.items;
	// Events have two l, and a run that succeeded is `completed`.
	const state = String(batch.statusCode);
	return {
		event: `run.${state === 'succeeded' ? 'completed' : state}`,
		run_id: batch.id,
		status: item.statusCode,
		output: isTerminal(batch) ? (itemOutput(item, urls) ?? item.error) : null,
		duration_ms: durationMs(batch),
		created_at: pythonTime(batch.createdAt),
		completed_at: pythonTime(batch.completedAt),
		metadata: batch.metadata,
	};
}
