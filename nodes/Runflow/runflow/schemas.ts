import { z } from 'zod';

/**
 * The shapes Runflow answers with. Fields beyond these pass through untouched, and everything the
 * docs call nullable may also be absent. Where a field that may be absent is odd it counts as absent
 * (see `readAnswer` in api.ts): only what is required here can make an answer unusable.
 * Sources: docs.runflow.io, api-reference create-batch, get-batch, get-batch-callback.
 */

const text = z.string().nullish();
const count = z.number().int().nullish();
// The docs say a decimal string; a number is read as well.
const cost = z.union([z.string(), z.number()]).nullish();
const record = z.record(z.unknown()).nullish();

/** A batch's terminal states; Runflow spells cancelled both ways, this is the one spelling here. */
export const TERMINAL_STATUSES = ['succeeded', 'failed', 'cancelled', 'partial_succeeded'] as const;
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];

/** The events of a batch callback, one for each terminal state. */
export const BATCH_EVENTS = [
	'batch.succeeded',
	'batch.failed',
	'batch.cancelled',
	'batch.partial_succeeded',
] as const;
export type BatchEvent = (typeof BATCH_EVENTS)[number];

/** One spelling for `canceled` and `cancelled`; any other status or event comes back unchanged. */
export function normalizeStatus(status: string): string {
	return status.replace(/canceled$/, 'cancelled');
}

/** The terminal state that a status code names, `undefined` while the batch is still going. */
export function terminalStatus(status: string | null | undefined): TerminalStatus | undefined {
	const normalized = normalizeStatus(status ?? '');
	return TERMINAL_STATUSES.find((terminal) => terminal === normalized);
}

const batchItemHandle = z
	.object({
		id: text,
		sequence_index: count,
		run_id: text,
		status_code: text,
		client_ref: text,
	})
	.passthrough();

const batchFields = {
	id: z.string(),
	items_total: count,
	items_succeeded: count,
	items_failed: count,
	items_cancelled: count,
	items: z.array(batchItemHandle).nullish(),
	// Results that were paid for: whatever it is, it stays.
	output: z.unknown(),
	cost,
	metadata: record,
	callback_url: text,
	created_at: text,
	started_at: text,
	completed_at: text,
};

/** Answer to POST /v1/models/{owner}/{slug}/batches. Of what was paid for only the id is required. */
export const createdBatchSchema = z.object({ ...batchFields, status_code: text }).passthrough();
export type CreatedBatch = z.infer<typeof createdBatchSchema>;

/** Answer to GET /v1/batches/{id}. */
export const batchSchema = z
	.object({
		...batchFields,
		status_code: z.string(),
		input: z.unknown(),
		duration_ms: count,
		failure_code: text,
		failure_message: text,
		failure_stage_code: text,
	})
	.passthrough();
export type Batch = z.infer<typeof batchSchema>;

/**
 * One element of GET /v1/batches/{batch_id}/items: a batch item with its input, output and cost.
 * Source: docs.runflow.io, list-batch-items-with-live-execution-state.
 */
export const batchItemSchema = z
	.object({
		id: text,
		batch_id: text,
		sequence_index: count,
		run_id: text,
		status_code: text,
		client_ref: text,
		input: z.unknown(),
		output: z.unknown(),
		error: z.unknown(),
		cost,
		created_at: text,
		started_at: text,
		completed_at: text,
	})
	.passthrough();
export type BatchItem = z.infer<typeof batchItemSchema>;

const callbackAttempt = z
	.object({
		id: text,
		delivery_id: text,
		attempt_number: count,
		status_code: count,
		response_body: text,
		response_time_ms: count,
		error_message: text,
		created_at: text,
	})
	.passthrough();

/** A callback delivery. Its `status_code` is a state in words, an attempt's the receiver's HTTP status. */
export const callbackDeliverySchema = z
	.object({
		id: text,
		batch_id: text,
		callback_url: text,
		payload_bytes: text,
		payload: record,
		signing_secret_id: text,
		is_automatic: z.boolean().nullish(),
		status_code: text,
		failure_reason_code: text,
		failure_detail: text,
		attempt_count: count,
		max_attempts: count,
		next_attempt_at: text,
		created_at: text,
		updated_at: text,
		completed_at: text,
		attempts: z.array(callbackAttempt).nullish(),
	})
	.passthrough();
export type CallbackDelivery = z.infer<typeof callbackDeliverySchema>;

/** Answer to GET /v1/batches/{batch_id}/callback: a bare array. */
export const callbackDeliveriesSchema = z.array(callbackDeliverySchema);

/** A callback signing secret without the secret. Source: docs.runflow.io, get-org-callback-secret. */
export const callbackSecretSchema = z
	.object({
		id: text,
		org_id: text,
		key_prefix: text,
		is_current: z.boolean().nullish(),
		label: text,
		disabled_at: text,
		last_used_at: text,
		created_at: text,
		updated_at: text,
	})
	.passthrough();
export type CallbackSecret = z.infer<typeof callbackSecretSchema>;

/** The answer to its creation, the only one with the secret in plain. */
export const createdCallbackSecretSchema = callbackSecretSchema.extend({
	plain_secret: z.string(),
});
export type CreatedCallbackSecret = z.infer<typeof createdCallbackSecretSchema>;

/** Answer to POST /v1/asset-uploads. Source: docs.runflow.io, create-a-presigned-upload-session. */
export const uploadSessionSchema = z
	.object({ asset_id: z.string(), upload_url: z.string() })
	.passthrough();

/** An asset. Source: docs.runflow.io, confirm-upload-and-create-asset-record. */
export const assetSchema = z
	.object({
		id: text,
		name: text,
		url: text,
		mime_type: text,
		size_bytes: count,
		asset_type: text,
		created_at: text,
	})
	.passthrough();
export type Asset = z.infer<typeof assetSchema>;

/** Body of every answer that is not a success. */
export const errorEnvelopeSchema = z
	.object({
		code: z.string(),
		message: z.string(),
		errors: z.array(z.record(z.unknown())).nullish(),
	})
	.passthrough();
export type ErrorEnvelope = z.infer<typeof errorEnvelopeSchema>;
