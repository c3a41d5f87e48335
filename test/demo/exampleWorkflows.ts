import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { StoredWorkflow, WorkflowFile } from '../n8n/index.ts';
import { root, type Stage } from '../stage/stage.ts';

const folder = join(root, 'examples');
const OURS = 'n8n-nodes-runflow.';
const TRIGGER = `${OURS}runflowTrigger`;
const WAIT = 'n8n-nodes-base.wait';

/** An example in an n8n, ready to be run. */
export interface LoadedExample {
	/** Name of its file without the ending. */
	name: string;
	workflow: StoredWorkflow;
	/** Where its Runflow Trigger listens once it is published; undefined when it has none. */
	callbackUrl: string | undefined;
}

/** Names of all examples, each that of its file without the ending. */
export function exampleNames(): string[] {
	return readdirSync(folder)
		.filter((file) => file.endsWith('.json'))
		.map((file) => file.slice(0, -'.json'.length))
		.sort();
}

/** Puts an example into n8n with everything filled in that its notes ask the user for. */
export async function loadExample(stage: Stage, name: string): Promise<LoadedExample> {
	const example = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as WorkflowFile;
	// The examples have no webhook of their own: the editor gives each import another one.
	for (const node of example.nodes.filter(hasWebhook)) node.webhookId ??= randomUUID();
	const callbackUrl = callbackUrlOf(example, stage.n8n.url);
	for (const node of example.nodes.filter(({ type }) => type.startsWith(OURS))) {
		node.credentials = stage.credential;
		if (node.parameters.callbackUrl === '' && callbackUrl)
			node.parameters.callbackUrl = callbackUrl;
	}
	return { name, workflow: await stage.n8n.createWorkflow(example), callbackUrl };
}

function hasWebhook({ type }: WorkflowFile['nodes'][number]): boolean {
	return type === TRIGGER || type === WAIT;
}

function callbackUrlOf({ nodes }: WorkflowFile, n8nUrl: string): string | undefined {
	const trigger = nodes.find(({ type }) => type === TRIGGER);
	return trigger && `${n8nUrl}/webhook/${trigger.webhookId}/runflow`;
}
