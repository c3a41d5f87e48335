import { randomUUID } from 'node:crypto';
import type { INode, INodeParameters } from 'n8n-workflow';

import type { WorkflowFile } from '../n8n/index.ts';
import { eventually } from '../stage/eventually.ts';
import { createAndWait, linkedRow } from '../stage/runs.ts';
import { node, workflow } from '../stage/workflow.ts';
import type { QueueStage } from './queue-stage.ts';

/** A workflow that runs in production, and the URL behind the proxy that starts it. */
export interface Published {
	workflowId: string;
	url: string;
}

/** Publishes a workflow that starts with a Runflow Trigger and goes on with the given nodes. */
export async function publishTrigger(stage: QueueStage, ...rest: INode[][]): Promise<Published> {
	const webhookId = randomUUID();
	const trigger = node(
		'Callback',
		'n8n-nodes-runflow.runflowTrigger',
		{},
		{ typeVersion: 2, webhookId, credentials: stage.credential },
	);
	const file = workflow(`Trigger ${webhookId}`, [trigger], ...rest);
	file.connections.Callback = {
		main: [rest.map(([{ name }]) => ({ node: name, type: 'main', index: 0 }))],
	};
	return await publish(stage, file, `/webhook/${webhookId}/runflow`);
}

/** Publishes rows to results behind a Webhook node: an execution per POST, in production mode. */
export async function publishRows(
	stage: QueueStage,
	rows: object[],
	parameters: INodeParameters = {},
): Promise<Published> {
	const path = randomUUID();
	const file = workflow(`Rows ${path}`, [
		node(
			'Start',
			'webhook',
			{ path, httpMethod: 'POST', options: {} },
			{ typeVersion: 2, webhookId: path },
		),
		node(
			'Table',
			'set',
			{ mode: 'raw', jsonOutput: JSON.stringify({ rows }), options: {} },
			{ typeVersion: 3.4 },
		),
		node('Rows', 'splitOut', { fieldToSplitOut: 'rows', options: {} }),
		createAndWait(stage, parameters),
		linkedRow(),
	]);
	return await publish(stage, file, `/webhook/${path}`);
}

async function publish(stage: QueueStage, file: WorkflowFile, path: string): Promise<Published> {
	const { id } = await stage.n8n.createWorkflow(file);
	const refusal = await stage.n8n.activate(id);
	if (refusal) throw new Error(`n8n did not publish the workflow: ${refusal}`);
	return { workflowId: id, url: `${stage.proxy.url}${path}` };
}

/** Starts a published workflow that has not run yet; returns the id of its execution. */
export async function startOnce(
	stage: QueueStage,
	{ workflowId, url }: Published,
): Promise<string> {
	const answer = await fetch(url, { method: 'POST' });
	if (!answer.ok) throw new Error(`The webhook answered ${answer.status}`);
	// Before 2.8 n8n answers before it stores the execution.
	const [execution] = await eventually(
		async () => await executionsOf(stage, workflowId),
		(executions) => executions.length > 0,
	);
	return execution.id;
}

/** What n8n's database holds about the executions of a workflow, oldest first. */
export async function executionsOf(
	stage: QueueStage,
	workflowId: string,
): Promise<Array<{ id: string; status: string }>> {
	const rows = await stage.query(
		'SELECT id::text, status FROM execution_entity WHERE "workflowId" = $1 ORDER BY execution_entity.id',
		[workflowId],
	);
	return rows as Array<{ id: string; status: string }>;
}

/** Creates a batch as another program would, with a callback to the given URL; returns its id. */
export async function createBatch(stage: QueueStage, callbackUrl: string): Promise<string> {
	const { emulator } = stage;
	const answer = await fetch(`${emulator.url}/v1/models/runflow/background-removal/batches`, {
		method: 'POST',
		headers: { authorization: `Bearer ${emulator.apiKey}`, 'content-type': 'application/json' },
		body: JSON.stringify({
			input: [{ image_url: 'https://example.com/1.png' }],
			callback_url: callbackUrl,
		}),
	});
	const { id } = (await answer.json()) as { id: string };
	return id;
}

/** Which workers ran a job of the execution: more than one entry where it was parked between. */
export function workersOf(stage: QueueStage, executionId: string): string[] {
	return stage.workers.flatMap(({ name, executionsStarted }) =>
		executionsStarted.filter((id) => id === executionId).map(() => name),
	);
}
