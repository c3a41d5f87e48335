import type { Api } from '../http/api';
import { RunflowApiError } from '../http/errors';
import type { BatchCallback } from './callback';
import { readFinishedBatch } from './finishedBatch';
import { isRunCallback, readFinishedRun, type AnyCallback } from './runCallback';
import { verifySignature, type SignatureFault } from './signature';

/** What somebody posted to a callback URL. */
export interface Delivery {
	/** The raw bytes as received. */
	body: Uint8Array;
	/** Value of the `Runflow-Signature` header. */
	signature?: unknown;
	/** What a host has already parsed from the bytes as UTF-8, to save parsing them again. */
	parsed?: object;
}

/** A callback that is true, or the answer to one that is not. */
export type Authentication<T = BatchCallback> =
	| {
			genuine: true;
			callback: T;
			/** What a repeat of this callback has in common with it. */
			identity: string;
	  }
	| {
			genuine: false;
			/** The HTTP status to answer with: after a 503 Runflow delivers again. */
			status: 400 | 401 | 403 | 503;
			/** Anybody may read it. */
			fault: string;
			/** For a log alone. */
			cause?: unknown;
	  };

/** How the bytes of a callback are read once they are believed: as that of a batch, or of a run as well. */
export type ReadCallback<T> = (
	body: Uint8Array,
	parsed?: object,
) => { valid: true; callback: T } | { valid: false; fault: string };

const SIGNATURE_FAULTS: Record<SignatureFault, string> = {
	'no-secret': 'The credential holds no Callback Secret.',
	missing: 'The request has no Runflow-Signature header.',
	malformed: 'Runflow-Signature is not 64 lower-case hex characters.',
	mismatch: 'Runflow-Signature was not made with a known Callback Secret.',
};

/**
 * Believes a callback by its signature over the raw bytes, which tells callbacks apart as well. Never
 * throws.
 *
 * @param secrets signing secrets, the current one first; blank ones verify nothing
 * @param read which callbacks are taken
 */
export function authenticateBySignature<T>(
	{ body, signature, parsed }: Delivery,
	secrets: readonly string[],
	read: ReadCallback<T>,
): Authentication<T> {
	const verification = verifySignature(body, signature, secrets);
	if (!verification.valid) {
		return { genuine: false, status: 401, fault: SIGNATURE_FAULTS[verification.fault] };
	}
	const reading = read(body, parsed);
	return reading.valid
		? { genuine: true, callback: reading.callback, identity: String(signature) }
		: { genuine: false, status: 400, fault: reading.fault };
}

/**
 * Believes nothing but the id, and reads everything else from Runflow. Never throws.
 *
 * @param connect for the case that there is something to read
 * @param read which callbacks are taken
 */
export async function authenticateByApi<T extends AnyCallback>(
	{ body, parsed }: Delivery,
	connect: () => Promise<Api>,
	read: ReadCallback<T>,
): Promise<Authentication<T>> {
	const reading = read(body, parsed);
	if (!reading.valid) return { genuine: false, status: 400, fault: reading.fault };
	const told: AnyCallback = reading.callback;
	const isOfRun = isRunCallback(told);
	const [what, id] = isOfRun ? ['run', told.run_id] : ['batch', told.batch_id];
	try {
		const api = await connect();
		const callback = await (isOfRun ? readFinishedRun(api, id) : readFinishedBatch(api, id));
		return callback
			? { genuine: true, callback: callback as T, identity: `${id} ${callback.status}` }
			: { genuine: false, status: 503, fault: `Runflow says that the ${what} is not finished.` };
	} catch (cause) {
		return cause instanceof RunflowApiError && cause.status === 404
			? { genuine: false, status: 403, fault: `Runflow does not know this ${what}.` }
			: {
					genuine: false,
					status: 503,
					fault: `The ${what} could not be read from Runflow.`,
					cause,
				};
	}
}
