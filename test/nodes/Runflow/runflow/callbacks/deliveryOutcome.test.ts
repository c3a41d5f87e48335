import fc from 'fast-check';

import {
	deliveryOutcome,
	type DeliveryOutcome,
} from '../../../../../nodes/Runflow/runflow/callbacks/deliveryOutcome.ts';
import type { CallbackDelivery } from '../../../../../nodes/Runflow/runflow/callbacks/deliveries.ts';

const NOW = '2026-05-06T10:00:00Z';
const attempt = (status_code: number | null) => ({ status_code });

describe('deliveryOutcome', () => {
	it.each<[string, CallbackDelivery, DeliveryOutcome]>([
		['answered with 200', { attempts: [attempt(200)] }, 'succeeded'],
		['answered with 299', { attempts: [attempt(299)] }, 'succeeded'],
		['answered at last', { attempts: [attempt(500), attempt(null), attempt(204)] }, 'succeeded'],
		[
			'answered, whatever else it says',
			{ attempts: [attempt(200)], next_attempt_at: NOW, failure_reason_code: 'X' },
			'succeeded',
		],
		['completed without attempts to see', { completed_at: NOW }, 'succeeded'],
		[
			'completed with attempts to go',
			{ completed_at: NOW, attempt_count: 1, max_attempts: 5 },
			'succeeded',
		],
		['not tried yet', {}, 'pending'],
		[
			'tried in vain, to be tried again',
			{ attempts: [attempt(500)], next_attempt_at: NOW },
			'pending',
		],
		[
			'to be tried again after a reason',
			{ failure_reason_code: 'TIMEOUT', next_attempt_at: NOW },
			'pending',
		],
		['without a plan, with attempts to go', { attempt_count: 4, max_attempts: 5 }, 'pending'],
		['of unknown limits', { attempt_count: 4, max_attempts: null }, 'pending'],
		['answered with 199', { attempts: [attempt(199)] }, 'pending'],
		['redirected', { attempts: [attempt(300)], attempt_count: 1, max_attempts: 1 }, 'failed'],
		['at its end', { attempt_count: 5, max_attempts: 5, completed_at: NOW }, 'failed'],
		['past its end', { attempt_count: 6, max_attempts: 5 }, 'failed'],
		['with a reason', { failure_reason_code: 'HTTP_ERROR', completed_at: NOW }, 'failed'],
		['never answered', { attempts: [attempt(null)], attempt_count: 1, max_attempts: 1 }, 'failed'],
	])('of a delivery %s', (_, delivery, outcome) => {
		expect(deliveryOutcome(delivery)).toBe(outcome);
	});

	it('does not go by status_code, whose values are not published', () => {
		const codes = fc.option(fc.string());
		fc.assert(
			fc.property(codes, codes, (first, second) => {
				for (const rest of [{}, { completed_at: NOW }, { next_attempt_at: NOW }]) {
					expect(deliveryOutcome({ ...rest, status_code: first })).toBe(
						deliveryOutcome({ ...rest, status_code: second }),
					);
				}
			}),
		);
	});
});
