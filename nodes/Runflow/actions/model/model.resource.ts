import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';

export const modelOperations: Record<string, Operation> = { get, getAll };

export const modelDescription: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['model'] } },
		default: 'get',
		options: [
			{
				name: 'Get',
				value: 'get',
				action: 'Get model',
				description: 'Get a model with the fields that it takes as input',
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many models',
				description: 'Get the models in the catalogue, or those that match a search',
			},
		],
	},
	...get.fields,
	...getAll.fields,
];
