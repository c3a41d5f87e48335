import type { INode, IPinData, IWorkflowBase } from 'n8n-workflow';

import { activate } from './publication.ts';
import type { RestSession } from './rest-session.ts';

/** A workflow as n8n's editor exports it. */
export interface WorkflowFile {
	id?: string;
	name: string;
	nodes: INode[];
	connections: IWorkflowBase['connections'];
	settings?: IWorkflowBase['settings'];
	pinData?: IPinData;
	active?: boolean;
}

/** What n8n answers about a saved workflow. */
export type StoredWorkflow = WorkflowFile & { id: string; versionId: string; active: boolean };

/** A manual run began, or a trigger now waits for its test webhook to be called. */
export interface ManualRun {
	executionId?: string;
	waitingForWebhook?: boolean;
}

/** From here on n8n is known to take a workflow to run from its database. */
const RUNS_WHAT_IS_STORED = '2.20.0';

/** From here on n8n is known to make a new workflow inactive by itself. */
const HAS_DEFAULT_ACTIVE = '2.4.0';

/** Adds a workflow, under the id it names; it is not active. */
export async function createWorkflow(
	session: RestSession,
	workflow: WorkflowFile,
): Promise<StoredWorkflow> {
	// Up to 2.0 n8n has no default for it.
	const active = session.isBefore(HAS_DEFAULT_ACTIVE) ? false : undefined;
	return await session.send('POST', '/workflows', { settings: {}, ...workflow, active });
}

/** Saves a workflow anew; an active one goes on as it was until it is activated again. */
export async function updateWorkflow(
	session: RestSession,
	id: string,
	changes: Partial<WorkflowFile>,
): Promise<StoredWorkflow> {
	const body = { ...changes, id: undefined, active: undefined };
	return await session.send('PATCH', `/workflows/${id}`, body);
}

/** Executes the saved workflow as the editor's button does, from its manual trigger by default. */
export async function runWorkflow(
	session: RestSession,
	id: string,
	options: { triggerNode?: string; destinationNode?: string } = {},
): Promise<ManualRun> {
	const workflowData = await session.send<StoredWorkflow>('GET', `/workflows/${id}`);
	const name =
		options.triggerNode ??
		workflowData.nodes.find(({ type }) => type.endsWith('.manualTrigger'))?.name;
	if (!name) throw new Error(`Workflow ${id} has no manual trigger: name the node to start from`);
	return await session.send('POST', `/workflows/${id}/run`, {
		triggerToStartFrom: { name },
		// n8n runs what the editor shows; later ones what is stored.
		...(session.isBefore(RUNS_WHAT_IS_STORED) && { workflowData }),
		...(options.destinationNode && {
			destinationNode: { nodeName: options.destinationNode, mode: 'inclusive' },
		}),
	});
}

/**
 * Puts workflows into the instance, over those of the same id, with credential ids exchanged for
 * those the instance gave, and activates the ones whose file says so.
 */
export async function importWorkflows(
	session: RestSession,
	files: WorkflowFile[],
	credentialIds: Map<string, string>,
): Promise<void> {
	const imported: Array<[WorkflowFile, string]> = [];
	for (const file of files) {
		const nodes = file.nodes.map((node) => withCredentialIds(node, credentialIds));
		const known = file.id && (await isKnown(session, file.id));
		const saved = known
			? await updateWorkflow(session, file.id!, { ...file, nodes })
			: await createWorkflow(session, { ...file, nodes });
		imported.push([file, saved.id]);
	}
	// After all of them, for a workflow may call another one.
	for (const [file, id] of imported) {
		const refused = file.active ? await activate(session, id) : undefined;
		if (refused) throw new Error(`n8n did not activate "${file.name}": ${refused}`);
	}
}

async function isKnown(session: RestSession, id: string): Promise<boolean> {
	return (await session.send<{ exists: boolean }>('GET', `/workflows/${id}/exists`)).exists;
}

function withCredentialIds(node: INode, ids: Map<string, string>): INode {
	const credentials = Object.entries(node.credentials ?? {}).map(([type, { id, name }]) => [
		type,
		{ id: (id && ids.get(id)) ?? id, name },
	]);
	return node.credentials ? { ...node, credentials: Object.fromEntries(credentials) } : node;
}
