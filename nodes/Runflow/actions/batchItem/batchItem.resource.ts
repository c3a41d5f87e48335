import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';

export const batchItemOperations: Record<string, Operation> = { get, getAll };

export const batchItemDescription: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['batchItem'] } },
		default: 'getAll',
		options: [
			{
				name: 'Get',
				value: 'get',
				action: 'Get result of one row of image or video batch',
				description: 'Get one row of a batch with its input, output and cost',
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many results of image or video batch',
				description: 'Get the rows of a batch with their inputs, outputs and costs',
			},
		],
	},
	...get.fields,
	...getAll.fields,
];
