import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { modelPath } from '../../../runflow';
import { inputError, quote } from '../../inputError';

/** The field that names a model. */
export const modelField: INodeProperties = {
	displayName: 'Model',
	name: 'model',
	type: 'resourceLocator',
	required: true,
	default: { mode: 'list', value: '' },
	description: 'The model that runs on every item of the batch',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a model...',
			typeOptions: { searchListMethod: 'searchModels', searchable: true },
		},
		{
			displayName: 'By ID',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. runflow/background-removal',
			validation: [
				{
					type: 'regex',
					properties: {
						regex: '^\\s*[^\\s/?#]+(/[^\\s/?#]+)+\\s*$',
						errorMessage: 'A model ID is an owner and a name with a slash between them',
					},
				},
			],
		},
	],
};

/** A model as it is called: its path below `/v1/models`, encoded. Throws NodeOperationError. */
export function readModelPath(context: IExecuteFunctions, itemIndex: number): string {
	const value = context.getNodeParameter('model', itemIndex, '', { extractValue: true });
	const path = typeof value === 'string' ? modelPath(value) : undefined;
	if (path !== undefined) return path;
	throw inputError(
		context,
		itemIndex,
		'Model',
		value === '' ? 'is empty' : `must be owner/name, but is ${quote(value)}`,
		"Choose a model from the list, or use the ID from the model's page in Runflow with its owner, e.g. runflow/background-removal.",
	);
}
