import type { Clock } from '../clock';
import { isTooLarge, RunflowApiError, RunflowConnectionError } from '../http/errors';
import { terminalStatus } from '../states';
import type { Batch } from './batchSchemas';

/** How often a batch is asked for; times in milliseconds. */
export interface PollingPolicy {
	firstPauseMs: number;
	longestPauseMs: number;
	timeLimitMs: number;
}

const GROWTH = 1.5;

/**
 * Asks for batches until all are finished or the time limit is reached, with pauses that grow and
 * vary by a quarter, so that many executions do not ask in step. A read that fails for a passing
 * reason is made up for by the next one.
 *
 * @returns the last known state of every batch, finished or not
 * @throws the last failure when a batch could never be read; at once where a repeat is pointless
 */
export async function pollBatches(
	batchIds: readonly string[],
	read: (batchId: string) => Promise<Batch>,
	policy: PollingPolicy,
	clock: Clock,
	signal?: AbortSignal,
): Promise<Map<string, Batch>> {
	const deadline = clock.now() + policy.timeLimitMs;
	const states = new Map<string, Batch>();
	const pending = new Set(batchIds);
	let pauseMs = policy.firstPauseMs;
	for (;;) {
		let failure: unknown;
		await Promise.all(
			[...pending].map(async (batchId) => {
				const outcome = await read(batchId).then(
					(batch) => ({ batch }),
					(error: unknown) => ({ error }),
				);
				if ('batch' in outcome) {
					states.set(batchId, outcome.batch);
					if (terminalStatus(outcome.batch.status_code)) pending.delete(batchId);
				} else if (isPassing(outcome.error)) {
					failure = outcome.error;
				} else {
					throw outcome.error;
				}
			}),
		);
		if (pending.size === 0) return states;
		const remaining = deadline - clock.now();
		if (remaining <= 0) {
			if (failure !== undefined && states.size < new Set(batchIds).size) throw failure;
			return states;
		}
		const varied = pauseMs * (0.75 + clock.random() / 2);
		await clock.pause(Math.min(varied, remaining), signal);
		pauseMs = Math.min(pauseMs * GROWTH, policy.longestPauseMs);
	}
}

/** Whether a read failed for a reason that passes by itself; an answer that is too large stays so. */
export function isPassing(error: unknown): boolean {
	return (
		(error instanceof RunflowConnectionError && !isTooLarge(error)) ||
		(error instanceof RunflowApiError && (error.status >= 500 || error.status === 429))
	);
}
