import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../operation';
import { create } from './create.operation';
import { createAndWait } from './createAndWait.operation';
import { get } from './get.operation';
import { wait } from './wait.operation';

export const batchOperations: Record<string, Operation> = { create, createAndWait, get, wait };

// An AI agent reads of a tool nothing but its action (n8n-workflow, NodeHelpers.makeDescription), so
// actions say what is made.
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
				action: 'Start image or video model on rows without waiting',
				description: 'Run a model on many inputs, without waiting for the results',
			},
			{
				name: 'Create and Wait',
				value: 'createAndWait',
				action: 'Run image or video model on rows and wait for results',
				description: 'Run a model on every input item and return its result on the same item',
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get state of image or video batch',
				description: 'Get the state of a batch with its counters and the IDs of its items',
			},
			{
				name: 'Wait',
				value: 'wait',
				action: 'Wait for results of image or video batch',
				description: 'Wait for batches that were created before, and return their results',
			},
		],
	},
	...create.fields,
	...createAndWait.fields,
	...get.fields,
	...wait.fields,
];
