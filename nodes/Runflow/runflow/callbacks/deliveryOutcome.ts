import type { CallbackDelivery } from './deliveries';

/** What became of a callback delivery. */
export type DeliveryOutcome = 'succeeded' | 'failed' | 'pending';

/**
 * Reads the outcome of a delivery from what the docs describe, because the values of its
 * `status_code` are not published: it succeeded when an attempt was answered with 2xx, is pending
 * while a further attempt is planned, and failed when a reason is given or the attempts are used up.
 * Source: docs.runflow.io, get-batch-callback and concepts/callbacks.
 */
export function deliveryOutcome(delivery: CallbackDelivery): DeliveryOutcome {
	const { attempts, attempt_count, max_attempts, completed_at, next_attempt_at } = delivery;
	const answered = (attempts ?? []).some(
		({ status_code }) => typeof status_code === 'number' && status_code >= 200 && status_code < 300,
	);
	if (answered) return 'succeeded';
	if (next_attempt_at) return 'pending';
	const usedUp =
		typeof attempt_count === 'number' &&
		typeof max_attempts === 'number' &&
		attempt_count >= max_attempts;
	if (usedUp || delivery.failure_reason_code) return 'failed';
	return completed_at ? 'succeeded' : 'pending';
}
