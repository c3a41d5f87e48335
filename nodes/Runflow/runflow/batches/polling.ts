import { setTimeout as delay } from 'node:timers/promises';

import {
	isTooLarge,
	RequestCancelledError,
	RunflowApiError,
	RunflowConnectionError,
} from '../http/errors';
import { LONGEST_TIMER_MS } from '../http/retry';
import { terminalStatus, type Batch } from '../schemas';

/** How often a batch is asked for; times in milliseconds. */
export interface PollingPolicy {
	firstPauseMs: number;
	longestPauseMs: number;
	timeLimitMs: number;
	/** Injected by tests. */
	now(): number;
	pause(ms: number, signal?: AbortSignal): Promise<void>;
	random(): number;
}

/** The clock that polling goes by. */
export const REAL_TIME: Pick<PollingPolicy, 'now' | 'pause' | 'random'> = {
	now: Date.now,
	pause: async (ms, signal) => {
		await delay(Math.min(ms, LONGEST_TIMER_MS), undefined, { signal }).catch(() => {
			throw new RequestCancelledError();
		});
	},
	random: Math.random,
};

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
	signal?: AbortSignal,
): Promise<Map<string, Batch>> {
	const deadline = policy.now() + policy.timeLimitMs;
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
		const remaining = deadline - policy.now();
		if (remaining <= 0) {
			if (failure !== undefined && states.size < new Set(batchIds).size) throw failure;
			return states;
		}
		const varied = pauseMs * (0.75 + policy.random() / 2);
		await policy.pause(Math.min(varied, remaining), signal);
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
