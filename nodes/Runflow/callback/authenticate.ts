import type { IWebhookFunctions } from 'n8n-workflow';

import { readSigningSecrets, recentSigningSecrets } from '../host/signingSecrets';
import {
	isRunCallback,
	RunflowApiError,
	verifySignature,
	type AnyCallback,
	type BatchCallback,
	type SignatureFault,
} from '../runflow';
import { connectToReadBack, readFinishedBatch, readFinishedRun } from './readBack';
import { parsedBody } from './requestBody';

/** A callback that is true, or the answer to one that is not. */
export type Authentication<T = BatchCallback> =
	| {
			genuine: true;
			callback: T;
			/** What a repeat of this callback has in common with it. */
			identity: string;
	  }
	| { genuine: false; status: number; fault: string; cause?: unknown };

const SIGNATURE_FAULTS: Record<SignatureFault, string> = {
	'no-secret': 'The credential holds no Callback Secret.',
	missing: 'The request has no Runflow-Signature header.',
	malformed: 'Runflow-Signature is not 64 lower-case hex characters.',
	mismatch: 'Runflow-Signature was not made with a known Callback Secret.',
};

/** How the bytes of a callback are read once they are believed: as that of a batch, or of a run as well. */
type Read<T> = (
	body: Buffer,
	parsed?: object,
) => { valid: true; callback: T } | { valid: false; fault: string };

/** Believes a callback by its signature over the raw bytes, which tells callbacks apart as well. */
export async function bySignature<T>(
	context: IWebhookFunctions,
	body: Buffer,
	read: Read<T>,
): Promise<Authentication<T>> {
	const request = context.getRequestObject();
	const header = request.headers['runflow-signature'];
	if (!verifySignature(body, header, recentSigningSecrets(context)).valid) {
		const verification = verifySignature(body, header, await readSigningSecrets(context));
		if (!verification.valid) {
			return { genuine: false, status: 401, fault: SIGNATURE_FAULTS[verification.fault] };
		}
	}
	const reading = read(body, parsedBody(request));
	return reading.valid
		? { genuine: true, callback: reading.callback, identity: String(header) }
		: { genuine: false, status: 400, fault: reading.fault };
}

/** Believes nothing but the id, and reads everything else from Runflow. */
export async function byApi<T extends AnyCallback>(
	context: IWebhookFunctions,
	body: Buffer,
	deadline: AbortSignal,
	read: Read<T>,
): Promise<Authentication<T>> {
	const reading = read(body, parsedBody(context.getRequestObject()));
	if (!reading.valid) return { genuine: false, status: 400, fault: reading.fault };
	const told: AnyCallback = reading.callback;
	const [what, id] = isRunCallback(told) ? ['run', told.run_id] : ['batch', told.batch_id];
	try {
		const api = await connectToReadBack(context, deadline);
		const callback = await (what === 'run' ? readFinishedRun(api, id) : readFinishedBatch(api, id));
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
