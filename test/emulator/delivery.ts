import { apiTime } from './clock.ts';

/** One try to bring a delivery to its receiver. */
export interface Attempt {
	id: string;
	number: number;
	/** HTTP status of the receiver, null when none came. */
	statusCode: number | null;
	responseBody: string | null;
	responseTimeMs: number;
	errorMessage: string | null;
	createdAt: number;
}

/** A callback on its way: its bytes are frozen, so every attempt sends the same. */
export interface Delivery {
	id: string;
	batchId: string;
	callbackUrl: string;
	payload: Record<string, unknown>;
	payloadBytes: Buffer;
	secret: { id: string; plain: string } | null;
	isAutomatic: boolean;
	statusCode: 'pending' | 'succeeded' | 'failed';
	failureReasonCode: string | null;
	failureDetail: string | null;
	maxAttempts: number;
	nextAttemptAt: number | null;
	createdAt: number;
	updatedAt: number;
	completedAt: number | null;
	attempts: Attempt[];
}

/** A delivery as the API shows it. */
export function deliveryView(delivery: Delivery): Record<string, unknown> {
	return {
		id: delivery.id,
		batch_id: delivery.batchId,
		callback_url: delivery.callbackUrl,
		payload_bytes: delivery.payloadBytes.toString('utf8'),
		payload: delivery.payload,
		signing_secret_id: delivery.secret?.id ?? null,
		is_automatic: delivery.isAutomatic,
		status_code: delivery.statusCode,
		failure_reason_code: delivery.failureReasonCode,
		failure_detail: delivery.failureDetail,
		attempt_count: delivery.attempts.length,
		max_attempts: delivery.maxAttempts,
		next_attempt_at: apiTime(delivery.nextAttemptAt),
		created_at: apiTime(delivery.createdAt),
		updated_at: apiTime(delivery.updatedAt),
		completed_at: apiTime(delivery.completedAt),
		attempts: delivery.attempts.map((attempt) => ({
			id: attempt.id,
			delivery_id: delivery.id,
			attempt_number: attempt.number,
			status_code: attempt.statusCode,
			response_body: attempt.responseBody,
			response_time_ms: attempt.responseTimeMs,
			error_message: attempt.errorMessage,
			created_at: apiTime(attempt.createdAt),
		})),
	};
}
