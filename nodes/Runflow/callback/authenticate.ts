import type { IWebhookFunctions } from 'n8n-workflow';

import { readSigningSecrets, recentSigningSecrets } from '../host/signingSecrets';
import {
	readCallback,
	RunflowApiError,
	verifySignature,
	type BatchCallback,
	type SignatureFault,
} from '../runflow';
import { connectToReadBack, readFinishedBatch } from './readBack';
import { parsedBody } from './requestBody';

/** A callback that is true, or the answer to one that is not. */
export type Authentication =
	| {
			genuine: true;
			callback: BatchCallback;
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

/** Believes a callback by its signature over the raw bytes, which tells callbacks apart as well. */
export async function bySignature(
	context: IWebhookFunctions,
	body: Buffer,
): Promise<Authentication> {
	const request = context.getRequestObject();
	const header = request.headers['runflow-signature'];
	if (!verifySignature(body, header, recentSigningSecrets(context)).valid) {
		const verification = verifySignature(body, header, await readSigningSecrets(context));
		if (!verification.valid) {
			return { genuine: false, status: 401, fault: SIGNATURE_FAULTS[verification.fault] };
		}
	}
	const reading = readCallback(body, parsedBody(request));
	return reading.valid
		? { genuine: true, callback: reading.callback, identity: String(header) }
		: { genuine: false, status: 400, fault: reading.fault };
}

/** Believes nothing but the batch id, and reads everything else from Runflow. */
export async function byApi(
	context: IWebhookFunctions,
	body: Buffer,
	deadline: AbortSignal,
): Promise<Authentication> {
	const reading = readCallback(body, parsedBody(context.getRequestObject()));
	if (!reading.valid) return { genuine: false, status: 400, fault: reading.fault };
	const { batch_id } = reading.callback;
	try {
		const callback = await readFinishedBatch(await connectToReadBack(context, deadline), batch_id);
		return callback
			? { genuine: true, callback, identity: `${batch_id} ${callback.status}` }
			: { genuine: false, status: 503, fault: 'Runflow says that the batch is not finished.' };
	} catch (cause) {
		return cause instanceof RunflowApiError && cause.status === 404
			? { genuine: false, status: 403, fault: 'Runflow does not know this batch.' }
			: { genuine: false, status: 503, fault: 'The batch could not be read from Runflow.', cause };
	}
}
