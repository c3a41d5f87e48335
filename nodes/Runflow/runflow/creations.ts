import { EgressRefusedError, RunflowApiError, RunflowConnectionError } from './http/errors';

// Statuses under 500 that do not say that nothing was made.
const UNCLEAR_REFUSALS = new Set([408, 425]);

/** Failures of creations of which a try before may have arrived, so that a refusal tells nothing. */
const unclear = new WeakSet<object>();

/** Notes that a creation which failed like this may have been made by a try before. */
export function markUnclear(failure: object): void {
	unclear.add(failure);
}

/**
 * Whether a failed creation made nothing for certain: Runflow refused it, or nothing was sent, and
 * no try before may have arrived.
 *
 * @param error what `createBatch` or `createRun` threw
 */
export function isCreationRefused(error: unknown): boolean {
	if (typeof error !== 'object' || error === null || unclear.has(error)) return false;
	if (error instanceof EgressRefusedError) return true;
	if (error instanceof RunflowConnectionError) return error.unsent;
	return (
		error instanceof RunflowApiError &&
		error.status >= 400 &&
		error.status < 500 &&
		!UNCLEAR_REFUSALS.has(error.status)
	);
}
