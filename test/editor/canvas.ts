import type { INodeParameters } from 'n8n-workflow';

import type { Stage } from '../stage/stage.ts';
import { node, workflow } from '../stage/workflow.ts';
import type { Person } from './person.ts';

/** The rows that go into the node. */
export const PRODUCTS = ['lamp', 'chair', 'vase'].map((product) => ({
	product,
	photo: `https://example.com/${product}.png`,
	prompt: `The ${product} in a sunny living room`,
	count: '2',
}));

/** What is put in place before somebody makes a mistake. */
export interface Setting {
	parameters?: INodeParameters;
	rows?: object[];
	/** What the credential has that is not the emulator's. */
	credential?: Record<string, string>;
	type?: 'runflow' | 'runflowTrigger';
}

/** A credential that differs from the emulator's. */
async function credentialWith(
	stage: Stage,
	changes: Record<string, string>,
): Promise<Stage['credential']> {
	const { apiKey, url: baseUrl, callbackSecret } = stage.emulator;
	const data = { apiKey, baseUrl, callbackSecret: callbackSecret ?? '', ...changes };
	const { id, name } = await stage.n8n.createCredential({
		name: 'Another Runflow account',
		type: 'runflowApi',
		data,
	});
	return { runflowApi: { id, name } };
}

/** Shows the canvas of a workflow in which rows go into a Runflow node, or of a trigger alone. */
export async function showWorkflow(stage: Stage, person: Person, setting: Setting): Promise<void> {
	const { parameters = {}, rows = PRODUCTS, credential, type = 'runflow' } = setting;
	const credentials = credential ? await credentialWith(stage, credential) : stage.credential;
	const runflow = node('Runflow', `n8n-nodes-runflow.${type}`, parameters, {
		typeVersion: 2,
		credentials,
	});
	const { id } = await stage.n8n.createWorkflow({
		...workflow(
			'Mistakes',
			type === 'runflow' ? [node('Start', 'manualTrigger'), runflow] : [runflow],
		),
		pinData: { Start: rows.map((json) => ({ json: { ...json } })) },
	});
	await person.page.goto(`${stage.n8n.url}/workflow/${id}`);
}
