import { randomUUID } from 'node:crypto';
import type { INode, INodeParameters } from 'n8n-workflow';

import { itemsOf, type Execution, type WorkflowFile } from '../n8n/index.ts';
import type { Stage } from './stage.ts';
import { manualRows, node, workflow } from './workflow.ts';

/** A table of rows that the emulator can be steered with: a text such as `[fail]` decides a row's outcome. */
export function rowsOf(texts: string[]) {
	return texts.map((text, index) => ({
		image_url: `https://example.com/${index}.png?${text}`,
		client_ref: `row-${index}`,
	}));
}

/** A Runflow node with Batch > Create and Wait over its input items. */
export function createAndWait(
	stage: Stage,
	parameters: INodeParameters = {},
	settings: Partial<INode> = {},
): INode {
	return node(
		'Runflow',
		'n8n-nodes-runflow.runflow',
		{
			resource: 'batch',
			operation: 'createAndWait',
			model: { __rl: true, mode: 'id', value: 'runflow/background-removal' },
			inputMode: 'jsonPerItem',
			itemJson: '={{ $json }}',
			...parameters,
		},
		{ credentials: stage.credential, ...settings },
	);
}

/** Texts for so many rows, some of which the emulator's model is to fail on. */
export function textsOf(count: number, failing: number[] = []): string[] {
	return Array.from({ length: count }, (_, index) => (failing.includes(index) ? '[fail]' : 'x'));
}

/** Rows into Create and Wait, with the row noted beside every result. */
export function rowsToResults(
	stage: Stage,
	texts: string[],
	parameters: INodeParameters = {},
	settings: Partial<INode> = {},
): WorkflowFile {
	return workflow('Rows to results', [
		...manualRows(rowsOf(texts)),
		createAndWait(stage, parameters, settings),
		linkedRow(),
	]);
}

/** The batches that were created after so many others, oldest first. */
export function batchesSince({ emulator }: Stage, earlier: number) {
	return [...emulator.batches.values()].slice(earlier);
}

/** Notes beside every result which row `$('Rows').item` resolves to. */
export function linkedRow(): INode {
	return node(
		'Linked',
		'set',
		{
			mode: 'raw',
			jsonOutput:
				"={{ JSON.stringify(Object.assign({ row: $('Rows').item.json.client_ref }, $json)) }}",
			options: {},
		},
		{ typeVersion: 3.4 },
	);
}

/** Saves a workflow under a name of its own and runs it as the editor's button does. */
export async function start(
	stage: Stage,
	file: WorkflowFile,
): Promise<{ workflowId: string; executionId: string }> {
	const { id } = await stage.n8n.createWorkflow({ ...file, name: `${file.name} ${randomUUID()}` });
	const { executionId } = await stage.n8n.runWorkflow(id);
	return { workflowId: id, executionId: String(executionId) };
}

/** Runs a workflow to its end. */
export async function run(
	stage: Stage,
	file: WorkflowFile,
	timeoutMs = 60_000,
): Promise<Execution> {
	const { executionId } = await start(stage, file);
	return await stage.n8n.waitForExecution({ id: executionId }, timeoutMs);
}

/** The `json` of the items that a node gave in its last run. */
export function jsonOf(execution: Execution, name: string, output = 0) {
	return itemsOf(execution, name, output).map(({ json }) => json);
}
