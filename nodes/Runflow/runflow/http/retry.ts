import { setTimeout as delay } from 'node:timers/promises';

import {
	FileTransferError,
	MaybeDoneError,
	RequestCancelledError,
	RunflowApiError,
	RunflowConnectionError,
	RunflowError,
	RunflowAnswerError,
} from './errors';
import type { RateLimitGate } from './rateLimit';

/**
 * What may be sent again: `repeatable` requests do the same however often they arrive; so do `keyed`
 * ones, which carry an Idempotency-Key, and there a conflict may be with an earlier try that is still
 * being worked on; `once` is sent again only when it provably was not processed.
 */
export type RetryMode = 'repeatable' | 'keyed' | 'once';

/** Limits of the retries; times in milliseconds. */
export interface RetryPolicy {
	attempts: number;
	firstPauseMs: number;
	longestPauseMs: number;
	/** A longer Retry-After than this is not waited for: the error is passed on with the advice. */
	longestRetryAfterMs: number;
	/** Injected by tests; `random` is in [0, 1), `now` in milliseconds. */
	now(): number;
	pause(ms: number, signal?: AbortSignal): Promise<void>;
	random(): number;
}

/** Node's timers fire at once beyond this. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Runflow's own advice: exponential with jitter from 1 s to 32 s, five tries. Source: concepts/rate-limits. */
export const RETRY_POLICY: RetryPolicy = {
	attempts: 5,
	firstPauseMs: 1_000,
	longestPauseMs: 32_000,
	longestRetryAfterMs: 120_000,
	now: Date.now,
	pause: async (ms, signal) => {
		await delay(Math.min(ms, LONGEST_TIMER_MS), undefined, { signal }).catch(() => {
			throw new RequestCancelledError();
		});
	},
	random: Math.random,
};

const RETRIED_STATUSES = new Set([408, 425, 429, 500, 502, 503, 504]);
const HOPELESS_CODES =
	/^(ENOTFOUND|PROXY_4\d\d|ANSWER_TOO_LARGE|UND_ERR_INVALID_ARG|UND_ERR_REQ_CONTENT_LENGTH_MISMATCH|ERR_TLS.*|ERR_SSL.*|EPROTO|.*CERT.*|UNABLE_TO_.*|HPE_.*)$/;

/**
 * Runs an exchange until it succeeds, fails for good, or the attempts are used up; the last
 * failure is thrown. A whole exchange is repeated, body included, because an answer that breaks
 * off while it is read has to be asked for again.
 *
 * @param gate held for everybody behind it when Runflow says 429
 * @param inDoubt whether an earlier try, before this call, may have arrived
 * @throws MaybeDoneError for a `once` or `keyed` request that may have been processed, by this try or
 * for `keyed` by any before
 */
export async function withRetries<T>(
	mode: RetryMode,
	exchange: () => Promise<T>,
	policy: RetryPolicy = RETRY_POLICY,
	signal?: AbortSignal,
	gate?: RateLimitGate,
	inDoubt = false,
): Promise<T> {
	let mayHaveArrived = inDoubt;
	for (let attempt = 1; ; attempt++) {
		await gate?.pass(policy, signal);
		const outcome = await exchange().then(
			(value) => ({ value }),
			(error: unknown) => ({ error }),
		);
		if ('value' in outcome) return outcome.value;
		const ownConflict = mode === 'keyed' && mayHaveArrived && isConflict(outcome.error);
		const pauseMs = ownConflict
			? grownPause(attempt, policy)
			: pauseBeforeRetry(outcome.error, mode, attempt, policy);
		mayHaveArrived ||= isAmbiguous(outcome.error);
		const limited = outcome.error instanceof RunflowApiError && outcome.error.status === 429;
		if (limited && pauseMs !== undefined) gate?.hold(pauseMs, policy);
		if (attempt >= policy.attempts || pauseMs === undefined) {
			const mayBeDone = mode === 'keyed' ? mayHaveArrived : isAmbiguous(outcome.error);
			throw mode !== 'repeatable' && mayBeDone && outcome.error instanceof RunflowError
				? new MaybeDoneError(outcome.error)
				: outcome.error;
		}
		await policy.pause(pauseMs, signal);
	}
}

/**
 * How long to wait after a failure before the next try, in milliseconds; `undefined` where another
 * try is pointless or not safe.
 *
 * @param attempt how many tries have failed, this one included
 */
export function pauseBeforeRetry(
	error: unknown,
	mode: RetryMode,
	attempt: number,
	policy: RetryPolicy,
): number | undefined {
	if (!isRetryable(error, mode)) return undefined;
	const retryAfterMs =
		error instanceof RunflowApiError || error instanceof FileTransferError
			? error.retryAfterMs
			: undefined;
	if (retryAfterMs !== undefined) {
		return retryAfterMs <= policy.longestRetryAfterMs ? retryAfterMs : undefined;
	}
	return grownPause(attempt, policy);
}

/** The pause after so many failures: exponential, between half of it and the whole. */
export function grownPause(attempt: number, policy: RetryPolicy): number {
	const ceiling = Math.min(policy.firstPauseMs * 2 ** (attempt - 1), policy.longestPauseMs);
	return ceiling / 2 + policy.random() * (ceiling / 2);
}

function isRetryable(error: unknown, mode: RetryMode): boolean {
	if (error instanceof RunflowApiError) {
		return error.status === 429 || (mode !== 'once' && RETRIED_STATUSES.has(error.status));
	}
	if (error instanceof FileTransferError) {
		return (
			error.fault === 'incomplete' ||
			(error.fault === 'status' && RETRIED_STATUSES.has(error.status ?? 0))
		);
	}
	if (error instanceof RunflowConnectionError) {
		return !HOPELESS_CODES.test(error.code) && (mode !== 'once' || error.unsent);
	}
	return error instanceof RunflowAnswerError && mode !== 'once';
}

/** Whether a request may have been processed although it failed. */
function isAmbiguous(error: unknown): error is RunflowError {
	return (
		error instanceof RunflowError && isRetryable(error, 'repeatable') && !isRetryable(error, 'once')
	);
}

function isConflict(error: unknown): boolean {
	return error instanceof RunflowApiError && error.status === 409;
}

/**
 * Reads a Retry-After header, in seconds or as an HTTP date (RFC 9110, section 10.2.3).
 *
 * @returns milliseconds from `now`, `undefined` when the header is absent or unreadable
 */
export function readRetryAfter(header: unknown, now: number): number | undefined {
	if (typeof header !== 'string' || header.trim() === '') return undefined;
	const seconds = Number(header);
	if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1_000 : undefined;
	const date = Date.parse(header);
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
