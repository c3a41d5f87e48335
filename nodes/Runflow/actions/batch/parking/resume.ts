import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { accept, answering, refuse } from '../../../callback/answer';
import {
	ANSWER_SOON,
	byApi,
	bySignature,
	type Authentication,
} from '../../../callback/authenticate';
import { rawBody } from '../../../callback/requestBody';
import { connect } from '../../../host/connection';
import { runAgain } from '../../../host/parkedRun';
import { readSigningSecrets, recentSigningSecrets } from '../../../host/signingSecrets';
import { keptAwaitingOfParked } from './awaiting';
import { allFinished, rememberFinished } from './finishedBatches';

/**
 * Answers a callback to a parked node. n8n has checked its own token before; here the callback has
 * to be genuine, name an awaited batch, and be the last one: earlier ones are answered and the
 * execution stays parked.
 */
export async function resume(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	return await answering(this, async () => await answer(this));
}

async function answer(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const body = await rawBody(context.getRequestObject());
	if (!body) return refuse(context, 400, 'The request has no body that can be verified.');
	const authentication = await authenticate(context, body);
	if (!authentication.genuine) {
		return refuse(context, authentication.status, authentication.fault);
	}
	const { batch_id } = authentication.callback;
	const batchIds = [...new Set(keptAwaitingOfParked(context)?.batches.map(({ id }) => id))];
	if (!batchIds.includes(batch_id)) return accept('The execution does not wait for this batch.');
	const executionId = context.getExecutionId();
	rememberFinished(executionId, batch_id);
	// A batch is finished before its callback is sent, so whoever calls last finds all finished.
	const all = await allFinished(
		executionId,
		batchIds,
		async () => await connect(context, ANSWER_SOON),
	);
	if (!all) return accept('The execution waits for more of its batches.');
	return { ...accept('The execution goes on.'), workflowData: runAgain(context) };
}

/** By signature where the credential holds a secret; otherwise the batch is read back from Runflow. */
async function authenticate(context: IWebhookFunctions, body: Buffer): Promise<Authentication> {
	const secrets = recentSigningSecrets(context);
	const some = secrets.length > 0 || (await readSigningSecrets(context)).length > 0;
	return some ? await bySignature(context, body) : await byApi(context, body);
}
