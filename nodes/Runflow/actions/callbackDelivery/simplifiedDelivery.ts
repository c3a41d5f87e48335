import type { IDataObject } from 'n8n-workflow';

import { deliveryOutcome, type CallbackDelivery } from '../../runflow';

/** A delivery with its outcome; simplified without the payload, which can be megabytes. */
export function deliveryJson(delivery: CallbackDelivery, simplify: boolean): IDataObject {
	const outcome = deliveryOutcome(delivery);
	if (!simplify) return { ...delivery, outcome } as IDataObject;
	const { id, batch_id, callback_url, failure_reason_code, attempt_count } = delivery;
	const { max_attempts, created_at, next_attempt_at, attempts } = delivery;
	return {
		id,
		batch_id,
		outcome,
		callback_url,
		failure_reason_code,
		attempt_count,
		max_attempts,
		created_at,
		next_attempt_at,
		attempts,
	} as IDataObject;
}
