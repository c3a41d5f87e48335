// Makes the pictures of the documentation: a real n8n, the packed package, Chromium without a window.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { exampleNames, loadExample } from '../demo/exampleWorkflows.ts';
import { usualPort } from '../demo/usualPort.ts';
import { root, startStage, type Stage } from '../stage/stage.ts';
import { node, workflow } from '../stage/workflow.ts';
import { Editor, startBrowser } from './editor.ts';
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
			node('Runflow', 'n8n-nodes-runflow.runflow', picture.parameters, { credentials: credential }),
		]),
		pinData: { Start: (picture.input ?? [{ batch_id: batchId }]).map((json) => ({ json })) },
	});
	return id;
}

async function takeAll(stage: Stage, editor: Editor, wanted: Picture[]): Promise<void> {
	const examples = new Map<string, string>();
	for (const name of exampleNames()) {
		examples.set(name, (await loadExample(stage, name)).workflow.id);
	}
	const batchId = await finishedBatch(stage, examples.get(CALLBACK_EXAMPLE)!);
	for (const picture of wanted) {
		const {
			name,
			example,
			run,
			node: nodeName,
			click = [],
			searchModels,
			top,
			credential,
		} = picture;
		if (credential) {
			await editor.openCredential(stage.credential.runflowApi.id);
		} else {
			const id = example ? examples.get(example) : await nodeWorkflow(stage, picture, batchId);
			if (!id) throw new Error(`Picture ${name}: there is no example ${example}`);
			await editor.openWorkflow(id);
			if (run) await editor.run(run);
			if (nodeName) await editor.openNode(nodeName);
			for (const text of click) await editor.click(text);
			if (top) await editor.scrollTo(top);
			if (searchModels) await editor.searchModels(searchModels);
		}
		await editor.picture(join(folder, `${name}.png`));
		console.log(`docs/images/${name}.png`);
	}
}

// All pictures, or those that are named on the command line.
const names = process.argv.slice(2);
const browser = await startBrowser();
try {
	const stage = await startStage({
		log: (line) => console.log(line),
		n8n: { port: await usualPort() },
	});
	try {
		mkdirSync(folder, { recursive: true });
		const editor = await Editor.open(browser, stage.n8n);
		const wanted = pictures.filter(({ name }) => names.length === 0 || names.includes(name));
		await takeAll(stage, editor, wanted);
	} finally {
		await stage.close();
	}
} finally {
	await browser.close();
}
