import { RunflowTrigger } from '../../nodes/Runflow/RunflowTrigger.node.ts';
import { sign } from '../../nodes/Runflow/runflow/index.ts';
import { CALLBACK_SECRET } from './node.ts';
import { finishAsN8n, webhookContext, type WebhookSetup } from './webhookContext.ts';

/** Headers of a callback that Runflow signed. */
export function signed(body: Buffer, secret = CALLBACK_SECRET): Record<string, string> {
	return { 'content-type': 'application/json', 'runflow-signature': sign(body, secret) };
}

/** Has Runflow Trigger take a callback, signed unless headers are given, and n8n finish it. */
export async function receiveCallback(setup: WebhookSetup & { delivered?: boolean }) {
	const headers = setup.headers ?? (setup.body ? signed(setup.body) : {});
	const { context, response, warnings, notes, credentialReads } = webhookContext({
		...setup,
		headers,
	});
	const result = await new RunflowTrigger().webhook.call(context);
	const outcome = finishAsN8n(response, result);
	response.close(setup.delivered ?? true);
	return { ...outcome, warnings, notes, credentialReads: credentialReads() };
}
