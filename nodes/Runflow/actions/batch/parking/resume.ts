import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { accept, answering, refuse } from '../../../callback/answer';
import { byApi, bySignature, type Authentication } from '../../../callback/authenticate';
import { connectToReadBack } from '../../../callback/readBack';
import { runAgain } from '../../../host/parkedRun';
import { readCallback } from '../../../runflow';
import { readSigningSecrets, recentSigningSecrets } from '../../../host/signingSecrets';
import { keptAwaitingOfParked } from './awaiting';
import { allFinished, rememberFinished } from './finishedBatches';

/**
 * Answers a callback to a parked node. n8n has checked its own token before; here the callback has
 * to be genuine, name an awaited batch, and be the last one: earlier ones are answered and the
 * execution stays parked.
 */
export async function resume(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	return await answering(this, async (body, deadline) => await answer(this, body, deadline));
}

async function answer(
	context: IWebhookFunctions,
	body: Buffer,
	deadline: AbortSignal,
): Promise<IWebhookResponseData> {
	const authentication = await authenticate(context, body, deadline);
	deadline.throwIfAborted();
	if (!authentication.genuine) {
		const { status, fault, cause } = authentication;
		return refuse(context, status, fault, cause);
	}
	const { batch_id } = authentication.callback;
	const awaiting = keptAwaitingOfParked(context);
	if (!awaiting) {
		return refuse(context, 503, 'What the execution waits for is not to be seen (yet).');
	}
	// What does not call this execution back was waited for before it was parked.
	const callingBack = awaiting.batches.filter(({ callsBack = true }) => callsBack);
	const batchIds = [...new Set(callingBack.map(({ id }) => id))];
	if (!batchIds.includes(batch_id)) return accept('The execution does not wait for this batch.');
	const executionId = context.getExecutionId();
	rememberFinished(executionId, batch_id);
	// A batch is finished before its callback is sent, so whoever calls last finds all finished.
	const all = await allFinished(
		executionId,
		batchIds,
		async () => await connectToReadBack(context, deadline),
	);
	deadline.throwIfAborted();
	if (!all) return accept('The execution waits for more of its batches.');
	return { ...accept('The execution goes on.'), workflowData: runAgain(context) };
}

/** By signature where the credential holds a secret; otherwise the batch is read back from Runflow. */
async function authenticate(
	context: IWebhookFunctions,
	body: Buffer,
	deadline: AbortSignal,
): Promise<Authentication> {
	const secrets = recentSigningSecrets(context);
	const some = secrets.length > 0 || (await readSigningSecrets(context)).length > 0;
	return some
		? await bySignature(context, body, readCallback)
		: await byApi(context, body, deadline, readCallback);
}
