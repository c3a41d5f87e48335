import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../operation';
import { create } from './create.operation';
import { get } from './get.operation';

export const batchOperations: Record<string, Operation> = { create, get };

export const batchDescription: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['batch'] } },
		default: 'create',
		options: [
			{
				name: 'Create',
				value: 'create',
				action: 'Create batch',
				description: 'Run a model on many inputs, without waiting for the results',
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get batch',
				description: 'Get the state of a batch with its counters and item handles',
			},
		],
	},
	...create.fields,
	...get.fields,
];
