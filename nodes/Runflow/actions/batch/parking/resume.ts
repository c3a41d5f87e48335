import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { accept, answerCallback, refuse } from '../../../callback/answer';
import { byApi, bySignature, type Authenticate } from '../../../callback/authenticate';
import { readSigningSecrets, recentSigningSecrets } from '../../../host/connection/signingSecrets';
import { connectToReadBack } from '../../../host/connection/connection';
import { runAgain } from '../../../host/run/parkedRun';
import { resumesOnce } from '../../../host/run/resumesOnce';
import { isRunCallback, readAnyCallback, type AnyCallback } from '../../../runflow';
import { keptAwaitingOfParked } from './awaiting';
import { allFinished, rememberFinished } from './finishedBatches';
import { mayResume } from './resumedRuns';

/**
 * Answers a callback to a parked node. n8n has checked its own token before; here the callback has
 * to be genuine, name an awaited batch or run, and be the last one: earlier ones are answered and the
 * execution stays parked.
 */
export async function resume(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	return await answerCallback(
		this,
		authenticate,
		async ({ callback }, deadline) => await goOn(this, callback, deadline),
	);
}

async function goOn(
	context: IWebhookFunctions,
	callback: AnyCallback,
	deadline: AbortSignal,
): Promise<IWebhookResponseData> {
	const awaiting = keptAwaitingOfParked(context);
	if (!awaiting) {
		return refuse(context, 503, 'What the execution is waiting for cannot be read yet.');
	}
	// What does not call this execution back was waited for before it was parked.
	const callingBack = awaiting.batches.filter(({ callsBack = true }) => callsBack);
	const awaited = [...new Map(callingBack.map((batch) => [batch.id, batch])).values()];
	const isOfRun = isRunCallback(callback);
	const id = isOfRun ? callback.run_id : callback.batch_id;
	if (!awaited.some((batch) => batch.id === id && Boolean(batch.isRun) === isOfRun)) {
		return accept(`The execution does not wait for this ${isOfRun ? 'run' : 'batch'}.`);
	}
	const executionId = context.getExecutionId();
	rememberFinished(executionId, id);
	// A batch is finished before its callback is sent, so whoever calls last finds all finished.
	const all = await allFinished(
		executionId,
		awaited,
		async () => await connectToReadBack(context, deadline),
	);
	deadline.throwIfAborted();
	if (!all) return accept('The execution waits for more of its batches.');
	const goesOn = accept('The execution goes on.');
	if (!resumesOnce()) {
		const ids = awaited.map((batch) => batch.id);
		const run = JSON.stringify([executionId, context.getNode().id, awaiting.runIndex, ids]);
		if (!(await mayResume(run, context.getResponseObject()))) return goesOn;
		deadline.throwIfAborted();
	}
	return { ...goesOn, workflowData: runAgain(context) };
}

/** By signature where the credential holds a secret; otherwise the batch or run is read back from Runflow. */
const authenticate: Authenticate<AnyCallback> = async (context, body, deadline) => {
	const secrets = recentSigningSecrets(context);
	const some = secrets.length > 0 || (await readSigningSecrets(context)).length > 0;
	return await (some ? bySignature : byApi)(readAnyCallback)(context, body, deadline);
};
