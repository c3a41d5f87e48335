import { RETRY_POLICY, type Clock, type RetryPolicy } from '../../nodes/Runflow/runflow/index.ts';
import { fakeClock } from './clock.ts';

/** Runflow's retry policy without the waiting: the pauses are only written down. */
export function instantRetries(policy: Partial<RetryPolicy> = {}, time: Partial<Clock> = {}) {
	const clock = fakeClock(time);
	return { policy: { ...RETRY_POLICY, ...policy }, clock, pauses: clock.pauses };
}
