import type { Clock } from '../clock';
import {
	FileTransferError,
	MaybeDoneError,
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
}

/** Runflow's own advice: exponential with jitter from 1 s to 32 s, five tries. Source: concepts/rate-limits. */
export const RETRY_POLICY: Readonly<RetryPolicy> = Object.freeze({
	attempts: 5,
	firstPauseMs: 1_000,
	longestPauseMs: 32_000,
	longestRetryAfterMs: 120_000,
});

/** What retries go by. */
export interface Retries {
	clock: Clock;
	/** By default Runflow's advice. */
	policy?: RetryPolicy;
	/** Ends a pause, and with it the retries. */
	signal?: AbortSignal;
	/** Held for everybody behind it when Runflow says 429. */
	gate?: RateLimitGate;
	/** Whether an earlier try, before this call, may have arrived. */
	inDoubt?: boolean;
}

const RETRIED_STATUSES = new Set([408, 425, 429, 500, 502, 503, 504]);
/**
 * Runs an exchange until it succeeds, fails for good, or the attempts are used up; the last
 * failure is thrown. A whole exchange is repeated, body included, because an answer that breaks
 * off while it is read has to be asked for again.
 *
 * @throws MaybeDoneError for a `once` or `keyed` request that may have been processed, by this try or
 * for `keyed` by any before
 */
export async function withRetries<T>(
	mode: RetryMode,
	exchange: () => Promise<T>,
	retries: Retries,
): Promise<T> {
	const { clock, policy = RETRY_POLICY, signal, gate, inDoubt = false } = retries;
	let mayHaveArrived = inDoubt;
	for (let attempt = 1; ; attempt++) {
		await gate?.pass(clock, signal);
		const outcome = await exchange().then(
			(value) => ({ value }),
			(error: unknown) => ({ error }),
		);
		if ('value' in outcome) return outcome.value;
		const ownConflict = mode === 'keyed' && mayHaveArrived && isConflict(outcome.error);
		const pauseMs = ownConflict
			? grownPause(attempt, policy, clock)
			: pauseBeforeRetry(outcome.error, mode, attempt, { policy, clock });
		mayHaveArrived ||= isAmbiguous(outcome.error);
		const limited = outcome.error instanceof RunflowApiError && outcome.error.status === 429;
		if (limited && pauseMs !== undefined) gate?.hold(pauseMs, clock);
		if (attempt >= policy.attempts || pauseMs === undefined) {
			const mayBeDone = mode === 'keyed' ? mayHaveArrived : isAmbiguous(outcome.error);
			throw mode !== 'repeatable' && mayBeDone && outcome.error instanceof RunflowError
				? new MaybeDoneError(outcome.error)
				: outcome.error;
		}
		await clock.pause(pauseMs, signal);
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
	{ policy = RETRY_POLICY, clock }: Pick<Retries, 'policy' | 'clock'>,
): number | undefined {
	if (!isRetryable(error, mode)) return undefined;
	const retryAfterMs =
		error instanceof RunflowApiError || error instanceof FileTransferError
			? error.retryAfterMs
			: undefined;
	if (retryAfterMs !== undefined) {
		return retryAfterMs <= policy.longestRetryAfterMs ? retryAfterMs : undefined;
	}
	return grownPause(attempt, policy, clock);
}

/** The pause after so many failures: exponential, between half of it and the whole. */
export function grownPause(attempt: number, policy: RetryPolicy, clock: Clock): number {
	const ceiling = Math.min(policy.firstPauseMs * 2 ** (attempt - 1), policy.longestPauseMs);
	return ceiling / 2 + clock.random() * (ceiling / 2);
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
		return !error.lasting && (mode !== 'once' || error.unsent);
	}
	return error instanceof RunflowAnswerError && mode !== 'once';
}

/** Whether a request may have been processed although it failed. */
function isAmbiguous(error: unknown): error is RunflowError {
	if (error instanceof RunflowConnectionError) return !error.unsent;
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
