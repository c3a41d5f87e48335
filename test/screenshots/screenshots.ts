// Makes the pictures of the documentation: a real n8n, the packed package, Chromium without a window.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';

import { startBrowser } from '../editor/browser.ts';
import { exampleNames, loadExample } from '../demo/exampleWorkflows.ts';
import { usualPort } from '../demo/usualPort.ts';
import { root, startStage, type Stage } from '../stage/stage.ts';
import { node, workflow } from '../stage/workflow.ts';
import { createAgent } from './agent.ts';
import { Editor } from './editor.ts';
import { FIRST_WORKFLOW, takeFirstWorkflow } from './firstWorkflow.ts';
import { CALLBACK_EXAMPLE, pictures, type Picture } from './pictures.ts';

const folder = join(root, 'docs', 'images');

/** Id of a batch that is finished and whose callback was accepted. */
async function finishedBatch({ emulator, n8n }: Stage, exampleId: string): Promise<string> {
	const refusal = await n8n.activate(exampleId);
	if (refusal) throw new Error(`n8n did not publish the example: ${refusal}`);
	const { executionId } = await n8n.runWorkflow(exampleId);
	await n8n.waitForExecution({ id: executionId, status: 'success' });
	await emulator.settled();
	// A published workflow greets its owner with a checklist that covers the canvas.
	await n8n.deactivate(exampleId);
	return [...emulator.batches.keys()][0];
}

/** A workflow of one Runflow node that receives the id of a batch. */
async function nodeWorkflow(stage: Stage, picture: Picture, batchId: string): Promise<string> {
	const { credential, n8n } = stage;
	const { id } = await n8n.createWorkflow({
		...workflow(picture.name, [
			node('Start', 'manualTrigger'),
			node('Runflow', 'n8n-nodes-runflow.runflow', picture.parameters, {
				typeVersion: 2,
				credentials: credential,
			}),
		]),
		pinData: { Start: (picture.input ?? [{ batch_id: batchId }]).map((json) => ({ json })) },
	});
	return id;
}

/** The workflow that a picture shows. */
async function workflowOf(
	stage: Stage,
	picture: Picture,
	{
		examples,
		batchId,
		agentId,
	}: { examples: Map<string, string>; batchId: string; agentId: string },
): Promise<string> {
	if (picture.agent) return agentId;
	if (!picture.example) return await nodeWorkflow(stage, picture, batchId);
	const id = examples.get(picture.example);
	if (!id) throw new Error(`Picture ${picture.name}: there is no example ${picture.example}`);
	return id;
}

async function takeAll(stage: Stage, browser: Browser, wanted: Picture[]): Promise<void> {
	const examples = new Map<string, string>();
	for (const name of exampleNames()) {
		examples.set(name, (await loadExample(stage, name)).workflow.id);
	}
	const batchId = await finishedBatch(stage, examples.get(CALLBACK_EXAMPLE)!);
	const { id: agentId, model } = await createAgent(stage);
	const editors = {
		light: await Editor.open(browser, stage.n8n),
		dark: await Editor.open(browser, stage.n8n, 'dark'),
	};
	try {
		for (const picture of wanted) {
			const editor = editors[picture.dark ? 'dark' : 'light'];
			if (picture.credential) {
				await editor.openCredential(stage.credential.runflowApi.id);
			} else {
				await editor.openWorkflow(await workflowOf(stage, picture, { examples, batchId, agentId }));
				await show(editor, picture);
			}
			await editor.picture(join(folder, `${picture.name}.png`));
			console.log(`docs/images/${picture.name}.png`);
		}
	} finally {
		await model.close();
	}
}

/** Brings an open workflow into the state that its picture shows. */
async function show(editor: Editor, picture: Picture): Promise<void> {
	const { run, node: nodeName, click = [], top, list, binary } = picture;
	if (run) await editor.run(run);
	if (nodeName) await editor.openNode(nodeName);
	for (const text of click) await editor.click(text);
	if (binary) await editor.showBinary();
	if (binary === 'view') await editor.viewFile();
	if (top) await editor.scrollTo(top);
	if (list) await editor.openList(list);
}

// All pictures, or those that are named on the command line.
const names = process.argv.slice(2);
const isWanted = (name: string) => names.length === 0 || names.includes(name);
const browser = await startBrowser();
try {
	const stage = await startStage({
		log: (line) => console.log(line),
		n8n: { port: await usualPort() },
	});
	try {
		mkdirSync(folder, { recursive: true });
		const wanted = pictures.filter(({ name }) => isWanted(name));
		if (wanted.length > 0) await takeAll(stage, browser, wanted);
		// Last, since it begins with an n8n that has no credential.
		if (FIRST_WORKFLOW.some(isWanted)) {
			await stage.n8n.rest('DELETE', `/credentials/${stage.credential.runflowApi.id}`);
			await takeFirstWorkflow(stage, browser, folder);
		}
	} finally {
		await stage.close();
	}
} finally {
	await browser.close();
}
