import { apiTime, pythonTime } from './clock.ts';
import type { Delivery } from './delivery.ts';
import type { Model } from './modelTypes.ts';
import { contentType, fileName } from './resultFile.ts';
import { pictureSide } from './png.ts';
import type { ResultFile } from './resultFile.ts';
import type { SignedUrls } from './signedUrls.ts';

/** States of a batch and of its items. */
export type StatusCode =
	'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'canceled' | 'partial_succeeded';

/** One item of a batch with all that is known about it. */
export interface BatchItem {
	id: string;
	batchId: string;
	index: number;
	runId: string;
	clientRef: string | null;
	/** The element as sent, without client_ref. */
	input: Record<string, unknown>;
	statusCode: StatusCode;
	files: ResultFile[];
	error: { code: string; message: string } | null;
	costCents: number | null;
	createdAt: number;
	startedAt: number | null;
	completedAt: number | null;
}

/**
 * A batch with all that is known about it; a run by itself is kept as a batch of one item.
 * Times are microseconds since 1970.
 */
export interface Batch {
	id: string;
	/** Whether it is a run by itself. */
	isRun?: boolean;
	model: Model;
	statusCode: StatusCode;
	items: BatchItem[];
	succeeded: number;
	failed: number;
	cancelled: number;
	metadata: Record<string, unknown> | null;
	callbackUrl: string | null;
	createdAt: number;
	startedAt: number | null;
	completedAt: number | null;
	/** Oldest first. */
	deliveries: Delivery[];
	/** How often the finished batch, and its items, were read as still running. */
	staleReads: { batch: number; items: number };
}

export function isTerminal(batch: Batch): boolean {
	return batch.completedAt !== null;
}

/** Cents as a decimal string in dollars. */
export function dollars(cents: number): string {
	return (cents / 100).toFixed(2);
}

export function batchCost(batch: Batch): string | null {
	if (!isTerminal(batch)) return null;
	return dollars(batch.items.reduce((sum, item) => sum + (item.costCents ?? 0), 0));
}

export function durationMs(batch: Batch): number | null {
	if (batch.completedAt === null) return null;
	return Math.round((batch.completedAt - batch.createdAt) / 1000);
}

function handle(item: BatchItem) {
	return {
		id: item.id,
		sequence_index: item.index,
		run_id: item.runId,
		status_code: item.statusCode,
		client_ref: item.clientRef,
	};
}

/** What a succeeded item made. */
export function itemOutput(item: BatchItem, urls: SignedUrls): Record<string, unknown> | null {
	if (item.statusCode !== 'succeeded') return null;
	const outputs = item.files.map((file) => ({
		type: file.type,
		url: urls.sign(`/files/${fileName(file)}`),
		content_type: contentType(file),
		...(file.type === 'image' ? { width: pictureSide, height: pictureSide } : {}),
	}));
	return { outputs };
}

/** The envelope of results that the callback and the batch itself carry once terminal. */
export function batchOutput(batch: Batch, urls: SignedUrls): Record<string, unknown> | null {
	if (!isTerminal(batch)) return null;
	return {
		items: batch.items.map((item) => ({
			...handle(item),
			input: item.input,
			...(item.statusCode === 'succeeded' ? { output: itemOutput(item, urls) } : {}),
			...(item.error ? { error: item.error } : {}),
		})),
		succeeded: batch.succeeded,
		failed: batch.failed,
		cancelled: batch.cancelled,
		total: batch.items.length,
	};
}

/** The answer to creating a batch. */
export function createdView(batch: Batch): Record<string, unknown> {
	return {
		id: batch.id,
		target_type: 'model',
		target_id: batch.model.id,
		status_code: batch.statusCode,
		items_total: batch.items.length,
		items_succeeded: batch.succeeded,
		items_failed: batch.failed,
		items_cancelled: batch.cancelled,
		items: batch.items.map(handle),
		created_at: apiTime(batch.createdAt),
		output: null,
		cost: null,
		metadata: batch.metadata,
		callback_url: batch.callbackUrl,
		started_at: apiTime(batch.startedAt),
		completed_at: apiTime(batch.completedAt),
	};
}

/** The answer to reading a batch. */
export function batchView(batch: Batch, urls: SignedUrls, organizationId: string) {
	const failed = batch.statusCode === 'failed';
	return {
		...createdView(batch),
		org_id: organizationId,
		target_type_code: 'model',
		source_code: 'api',
		input: batch.items.map((item) => item.input),
		resolved_template_id: batch.model.id,
		dispatch_provider_link_id: null,
		cost: batchCost(batch),
		output: batchOutput(batch, urls),
		duration_ms: durationMs(batch),
		failure_code: failed ? 'ALL_ITEMS_FAILED' : null,
		failure_message: failed ? 'Every item of the batch failed' : null,
		failure_stage_code: failed ? 'execution' : null,
		created_by: null,
		links: {},
	};
}

/** The answer to reading an item. */
export function itemView(item: BatchItem, urls: SignedUrls): Record<string, unknown> {
	return {
		...handle(item),
		batch_id: item.batchId,
		created_at: apiTime(item.createdAt),
		input: item.input,
		cost: item.costCents === null ? null : dollars(item.costCents),
		output: itemOutput(item, urls),
		error: item.error,
		started_at: apiTime(item.startedAt),
		completed_at: apiTime(item.completedAt),
	};
}

/** The body of a callback; the caller turns it into bytes once per delivery. */
export function callbackPayload(batch: Batch, urls: SignedUrls): Record<string, unknown> {
	return {
		event: `batch.${batch.statusCode}`,
		batch_id: batch.id,
		status: batch.statusCode,
		output: batchOutput(batch, urls),
		duration_ms: durationMs(batch),
		created_at: pythonTime(batch.createdAt),
		completed_at: pythonTime(batch.completedAt),
		metadata: batch.metadata,
	};
}
