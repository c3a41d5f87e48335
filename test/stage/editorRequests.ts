import type { INodeParameters, ResourceMapperFields } from 'n8n-workflow';

import type { Stage } from './stage.ts';

/** Asks for something as n8n's editor does while a node's panel is open. */
export async function askEditor<T>(
	stage: Stage,
	what: string,
	body: object,
	parameters: INodeParameters = {},
): Promise<T> {
	return await stage.n8n.rest('POST', `/dynamic-node-parameters/${what}`, {
		path: 'parameters.model',
		nodeTypeAndVersion: { name: 'n8n-nodes-runflow.runflow', version: 1 },
		currentNodeParameters: { resource: 'batch', operation: 'create', ...parameters },
		credentials: stage.credential,
		...body,
	});
}

/** The fields that the resource mapper shows for a model. */
export const fieldsOf = async (stage: Stage, model: string) =>
	await askEditor<ResourceMapperFields>(
		stage,
		'resource-mapper-fields',
		{ path: 'parameters.modelInputs', methodName: 'getModelFields' },
		{ model: { __rl: true, mode: 'list', value: model } },
	);
