import { z } from 'zod';

import { count, flag, record, text } from '../http/answerFields';
import type { Api } from '../http/api';
import { RunflowApiError } from '../http/errors';

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
const callbackDeliverySchema = z
	.object({
		id: text,
		batch_id: text,
		callback_url: text,
		payload_bytes: text,
		payload: record,
		signing_secret_id: text,
		is_automatic: flag,
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
const callbackDeliveriesSchema = z.array(callbackDeliverySchema);

/** Reads every callback delivery of a batch, attempts included; the endpoint has no paging. */
export async function listCallbackDeliveries(
	api: Api,
	batchId: string,
): Promise<CallbackDelivery[]> {
	return await listDeliveries(api, `/v1/batches/${encodeURIComponent(batchId)}`);
}

/** The same of a run. */
export async function listRunCallbackDeliveries(
	api: Api,
	runId: string,
): Promise<CallbackDelivery[]> {
	return await listDeliveries(api, `/v1/runs/${encodeURIComponent(runId)}`);
}

async function listDeliveries(api: Api, path: string): Promise<CallbackDelivery[]> {
	return await api.call({
		method: 'GET',
		path: `${path}/callback`,
		retry: 'repeatable',
		schema: callbackDeliveriesSchema,
	});
}

/**
 * Has Runflow deliver a finished batch's callback again. Only one delivery may be in flight, so
 * this is not repeated when the answer is lost; a conflict is a 422 (see isRedeliveryConflict).
 */
export async function redeliverCallback(api: Api, batchId: string): Promise<CallbackDelivery> {
	return await api.call({
		method: 'POST',
		path: `/v1/batches/${encodeURIComponent(batchId)}/callback-redeliveries`,
		retry: 'once',
		schema: callbackDeliverySchema,
	});
}

/**
 * Whether a failed redelivery met another delivery of the same batch under way: a 422 that names a
 * `conflict`. Where in the envelope the docs do not say, so all of it is looked at.
 */
export function isRedeliveryConflict(error: unknown): error is RunflowApiError {
	return (
		error instanceof RunflowApiError &&
		(error.status === 422 || error.status === 409) &&
		(error.fieldErrors.some(({ type }) => type === 'conflict') ||
			error.code?.toLowerCase() === 'conflict' ||
			error.errorType === 'conflict')
	);
}
