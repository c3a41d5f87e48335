import type {
	IExecuteData,
	INodeExecutionData,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { accept, answering, refuse } from '../../callback/answer';
import { byApi, bySignature, type Authentication } from '../../callback/authenticate';
import { rawBody } from '../../callback/rawBody';
import { connect } from '../../host/connection';
import { readSigningSecrets, recentSigningSecrets } from '../../host/signingSecrets';
import { getBatch, RunflowError, terminalStatus } from '../../runflow';
import { keptAwaitingOfParked } from './awaiting';

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
	const others = batchIds.filter((id) => id !== batch_id);
	const unfinished = await countUnfinished(context, others);
	if (unfinished > 0) return accept(`The execution waits for ${unfinished} more of its batches.`);
	return { ...accept('The execution goes on.'), workflowData: runAgain(context) };
}

/** By signature where the credential holds a secret; otherwise the batch is read back from Runflow. */
async function authenticate(context: IWebhookFunctions, body: Buffer): Promise<Authentication> {
	const secrets = recentSigningSecrets(context);
	const some = secrets.length > 0 || (await readSigningSecrets(context)).length > 0;
	return some ? await bySignature(context, body) : await byApi(context, body);
}

/** A batch is finished before its callback is sent, so whoever calls last finds all finished. */
async function countUnfinished(context: IWebhookFunctions, batchIds: string[]): Promise<number> {
	if (batchIds.length === 0) return 0;
	const api = await connect(context, { attempts: 2, firstPauseMs: 300 });
	const batches = await Promise.all(batchIds.map(async (id) => await getBatch(api, id)));
	return batches.filter(({ status_code }) => !terminalStatus(status_code)).length;
}

/**
 * Lets n8n run the parked node's `execute` again on its own input. By default n8n would pass this
 * data on as the node's output and link output i to input i, whatever it says itself; run again,
 * the node links its results exactly, can fail, and has an error output.
 *
 * @throws when this n8n keeps the parked node's entry elsewhere; the callback is then answered 503
 */
function runAgain(context: IWebhookFunctions): INodeExecutionData[][] {
	const { executeData } = context as unknown as { executeData?: IExecuteData };
	const input = executeData?.data.main;
	if (!executeData || !input) throw new ParkedNodeNotFound();
	executeData.node.disabled = false;
	return input.map((items) => items ?? []);
}

class ParkedNodeNotFound extends RunflowError {
	constructor() {
		super('this version of n8n does not hand the parked node to its webhook');
	}
}
