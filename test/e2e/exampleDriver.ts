import type { INode } from 'n8n-workflow';

import { loadExample, type LoadedExample } from '../demo/exampleWorkflows.ts';
import { call, createBatch } from '../emulator/apiClient.ts';
import type { Execution } from '../n8n/index.ts';
import { rowsOf } from '../stage/runs.ts';
import type { Stage } from '../stage/stage.ts';

/** Loads examples into n8n and does with them what a person, a callback or Runflow does. */
export class ExampleDriver {
	/** Ids of the examples that are in production. */
	private readonly published: string[] = [];
	private readonly stage: Stage;

	constructor(stage: Stage) {
		this.stage = stage;
	}

	/** Puts an example into n8n, with parameters of the named nodes changed, and credentials of theirs. */
	async load(
		name: string,
		changes: Record<string, object> = {},
		credentials: Record<string, INode['credentials']> = {},
	): Promise<LoadedExample> {
		const example = await loadExample(this.stage, name);
		const { nodes } = example.workflow;
		for (const [nodeName, parameters] of Object.entries(changes)) {
			const node = nodes.find((candidate) => candidate.name === nodeName);
			if (!node) throw new Error(`Example ${name} has no node ${nodeName}`);
			Object.assign(node.parameters, parameters);
			if (credentials[nodeName]) node.credentials = credentials[nodeName];
		}
		await this.stage.n8n.updateWorkflow(example.workflow.id, { nodes });
		return example;
	}

	async runByHand({ workflow }: LoadedExample, timeoutMs = 60_000): Promise<Execution> {
		const { executionId } = await this.stage.n8n.runWorkflow(workflow.id);
		return await this.stage.n8n.waitForExecution({ id: String(executionId) }, timeoutMs);
	}

	/** Publishes an example with a Runflow Trigger; returns where the trigger listens. */
	async publish({ workflow, callbackUrl }: LoadedExample): Promise<string> {
		await this.unpublish();
		this.published.push(workflow.id);
		expect(await this.stage.n8n.activate(workflow.id)).toBeUndefined();
		return String(callbackUrl);
	}

	/** The execution that a callback started, `count` of them in all. */
	async startedByCallback({ workflow }: LoadedExample, count = 1): Promise<Execution> {
		await this.stage.emulator.settled();
		return await this.stage.n8n.waitForExecution({
			workflowId: workflow.id,
			mode: 'webhook',
			count,
		});
	}

	/** A batch made by something else than n8n; returns its id once its callback is through. */
	async finishedBatch(callback_url: string, texts = ['a', 'b']): Promise<string> {
		const id = await createBatch(this.stage.emulator, rowsOf(texts), { callback_url });
		await this.stage.emulator.settled();
		return id;
	}

	async redeliver(batchId: string): Promise<void> {
		const { status } = await call(
			this.stage.emulator,
			`POST /v1/batches/${batchId}/callback-redeliveries`,
		);
		expect(status).toBeLessThan(300);
		await this.stage.emulator.settled();
	}

	/** Takes out of production what was published here. */
	async unpublish(): Promise<void> {
		for (const id of this.published.splice(0)) await this.stage.n8n.deactivate(id);
	}
}
