import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../operation';
import { create } from './create.operation';
import { createAndWait } from './createAndWait.operation';
import { get } from './get.operation';
import { wait } from './wait.operation';

export const batchOperations: Record<string, Operation> = { create, createAndWait, get, wait };

export const batchDescription: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['batch'] } },
		default: 'createAndWait',
		options: [
			{
				name: 'Create',
				value: 'create',
				action: 'Create batch',
				description: 'Run a model on many inputs, without waiting for the results',
			},
			{
				name: 'Create and Wait',
				value: 'createAndWait',
				action: 'Create batch and wait for its results',
				description: 'Run a model on every input item and return its result on the same item',
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get batch',
				description: 'Get the state of a batch with its counters and item handles',
			},
			{
				name: 'Wait',
				value: 'wait',
				action: 'Wait for batch',
				description: 'Wait for batches that were created before, and return their results',
			},
		],
	},
	...create.fields,
	...createAndWait.fields,
	...get.fields,
	...wait.fields,
];
