import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../operation';
import { getBalance } from './getBalance.operation';

export const accountOperations: Record<string, Operation> = { getBalance };

export const accountDescription: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['account'] } },
		default: 'getBalance',
		options: [
			{
				name: 'Get Balance',
				value: 'getBalance',
				action: 'Get balance of credit for images and videos',
				description: 'Get the credit that the organization has left',
			},
		],
	},
	...getBalance.fields,
];
