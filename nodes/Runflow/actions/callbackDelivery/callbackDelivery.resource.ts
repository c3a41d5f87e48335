import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../operation';
import { getAll } from './getAll.operation';
import { redeliver } from './redeliver.operation';

export const callbackDeliveryOperations: Record<string, Operation> = { getAll, redeliver };

export const callbackDeliveryDescription: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['callbackDelivery'] } },
		default: 'getAll',
		options: [
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many callback deliveries',
				description: "Get a batch's callback deliveries with every attempt",
			},
			{
				name: 'Redeliver',
				value: 'redeliver',
				action: 'Redeliver callback',
				description: "Have Runflow send a finished batch's callback again",
			},
		],
	},
	...getAll.fields,
	...redeliver.fields,
];
