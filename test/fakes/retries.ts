import type { RetryPolicy } from '../../nodes/Runflow/runflow/http/retry.ts';
import { RETRY_POLICY } from '../../nodes/Runflow/runflow/http/retry.ts';

/** Runflow's retry policy without the waiting: the pauses are only written down. */
export function instantRetries(change: Partial<RetryPolicy> = {}) {
	const pauses: number[] = [];
	const policy: RetryPolicy = {
		...RETRY_POLICY,
		pause: async (ms) => {
			pauses.push(ms);
		},
		random: () => 1,
		...change,
	};
	return { policy, pauses };
}
