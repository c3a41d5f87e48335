import { randomUUID } from 'node:crypto';

import type { Stage } from './stage.ts';
import { node, workflow } from './workflow.ts';

/** Publishes a workflow that starts with a Runflow Trigger; returns its id and production URL. */
export async function publishTrigger(
	stage: Stage,
	parameters = {},
	credentials = stage.credential,
	typeVersion = 2,
) {
	const webhookId = randomUUID();
	const { id } = await stage.n8n.createWorkflow(
		workflow(`Trigger ${webhookId}`, [
			node('Callback', 'n8n-nodes-runflow.runflowTrigger', parameters, {
				typeVersion,
				webhookId,
				credentials,
			}),
			node('Received', 'noOp'),
		]),
	);
	const refusal = await stage.n8n.activate(id);
	return { id, refusal, url: `${stage.n8n.url}/webhook/${webhookId}/runflow` };
}

/** Posts a body as JSON, unsigned unless headers say otherwise. */
export async function post(
	url: string,
	body: Buffer | string,
	headers: Record<string, string> = {},
) {
	return await fetch(url, {
		method: 'POST',
		body: Buffer.from(body),
		headers: { 'content-type': 'application/json', ...headers },
	});
}
