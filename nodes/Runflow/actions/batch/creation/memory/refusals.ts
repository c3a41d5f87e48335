import { IdempotencyConflictError, isCreationRefused, RunflowApiError } from '../../../../runflow';
import type { Refusal, RememberedBatch, RunMemory } from './memory';

/*
 * Whether Runflow remembers a refusal with its Idempotency-Key its docs leave open. If it does, the key
 * can never create anything again. If it does not, the key has to be used again, since other ways to the
 * same rows use it too. So the next try sends the same meaning in other bytes: remembered, that is a
 * conflict, and then the refused bytes are refused again.
 */

/**
 * What no key remembers, since Runflow says it before it looks at one: who asks is not known, or asks
 * too often. The same may be said at any time, so that it proves nothing about a key.
 */
const NOT_OF_THE_REQUEST = new Set([401, 429]);

/** Keeps what Runflow refused under a key of the node's own; of each key the first. */
export function noteRefusal(
	memory: RunMemory,
	{ key, ownKey, body = '' }: RememberedBatch,
	error: unknown,
): void {
	if (ownKey !== undefined || !isRefusal(error) || refusalUnder(memory, key)) return;
	(memory.refusals ??= []).push({ key, status: error.status, body });
}

/** What was refused under a key. */
export function refusalUnder({ refusals }: RunMemory, key: string): Refusal | undefined {
	return refusals?.find((refusal) => refusal.key === key);
}

/** Whether a failure says of a request again what was said when it was refused. */
export function isThatRefusal(error: unknown, { status }: Refusal): boolean {
	return isRefusal(error) && error.status === status;
}

/** A request as JSON text of the same meaning, in other bytes than these. */
export function unlike(bytes: string, body: string): string {
	return body === bytes ? `${body} ` : body;
}

/** Whether two requests as JSON text differ in no more than what `unlike` does. */
export function isLike(one: string, other: string): boolean {
	return one.trimEnd() === other.trimEnd();
}

function isRefusal(error: unknown): error is RunflowApiError {
	return (
		error instanceof RunflowApiError &&
		!(error instanceof IdempotencyConflictError) &&
		isCreationRefused(error) &&
		!NOT_OF_THE_REQUEST.has(error.status)
	);
}
