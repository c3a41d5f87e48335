import type { IWebhookFunctions } from 'n8n-workflow';

import { connect } from '../host/connection';
import { readSigningSecrets, recentSigningSecrets } from '../host/signingSecrets';
import {
	getBatch,
	listBatchItems,
	readCallback,
	RunflowApiError,
	terminalStatus,
	verifySignature,
	type Api,
	type BatchCallback,
	type SignatureFault,
} from '../runflow';
import { parsedBody } from './requestBody';

/** A callback that is true, or the answer to one that is not. */
export type Authentication =
	| {
			genuine: true;
			callback: BatchCallback;
			/** What a repeat of this callback has in common with it. */
			identity: string;
	  }
	| { genuine: false; status: number; fault: string };

const SIGNATURE_FAULTS: Record<SignatureFault, string> = {
	'no-secret': 'The credential holds no Callback Secret.',
	missing: 'The request has no Runflow-Signature header.',
	malformed: 'Runflow-Signature is not 64 lower-case hex characters.',
	mismatch: 'Runflow-Signature was not made with a known Callback Secret.',
};

/** Runflow waits only some seconds for an answer, and delivers again after a 503. */
export const ANSWER_SOON = { attempts: 2, firstPauseMs: 300 };

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
export async function byApi(context: IWebhookFunctions, body: Buffer): Promise<Authentication> {
	const reading = readCallback(body, parsedBody(context.getRequestObject()));
	if (!reading.valid) return { genuine: false, status: 400, fault: reading.fault };
	const api = await connect(context, ANSWER_SOON);
	return await readFinishedBatch(api, reading.callback.batch_id).then(
		(callback): Authentication =>
			callback
				? { genuine: true, callback, identity: `${callback.batch_id} ${callback.status}` }
				: { genuine: false, status: 503, fault: 'Runflow says that the batch is not finished.' },
		(error: unknown): Authentication =>
			error instanceof RunflowApiError && error.status === 404
				? { genuine: false, status: 403, fault: 'Runflow does not know this batch.' }
				: {
						genuine: false,
						status: 503,
						fault: `The batch could not be read from Runflow: ${error instanceof Error ? error.message : 'unknown error'}`,
					},
	);
}

/**
 * A finished batch in the shape of its callback; `undefined` while it is still going. The docs do
 * not say whether a batch that is read has its items in `output`, as its callback does.
 */
async function readFinishedBatch(api: Api, batchId: string): Promise<BatchCallback | undefined> {
	const batch = await getBatch(api, batchId);
	const status = terminalStatus(batch.status_code);
	if (!status) return undefined;
	const complete = Array.isArray(batch.output?.items) || !batch.items_total;
	return {
		event: `batch.${status}`,
		batch_id: batch.id,
		status,
		output: complete
			? (batch.output ?? null)
			: { ...batch.output, items: await listBatchItems(api, batch.id) },
		duration_ms: batch.duration_ms ?? null,
		created_at: batch.created_at ?? null,
		completed_at: batch.completed_at ?? null,
		metadata: batch.metadata ?? null,
	};
}
