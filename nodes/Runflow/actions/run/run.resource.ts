import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../operation';
import { create } from './create.operation';
import { createAndWait } from './createAndWait.operation';
import { get } from './get.operation';
import { getAll } from './getAll.operation';

export const runOperations: Record<string, Operation> = { create, createAndWait, get, getAll };

export const runDescription: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['run'] } },
		default: 'createAndWait',
		options: [
			{
				name: 'Create',
				value: 'create',
				action: 'Start image or video model once per item without waiting',
				description: 'Run any model on every input item, without waiting for the results',
			},
			{
				name: 'Create and Wait',
				value: 'createAndWait',
				action: 'Run image or video model once per item and wait for result',
				description: 'Run any model on every input item and return its result on the same item',
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get result of image or video run',
				description: 'Get the state of a run with its output and cost',
			},
			{
				name: 'Get Many',
				value: 'getAll',
				action: 'Get many image or video runs',
				description: 'Get the runs of the organization, or those with a client ref',
			},
		],
	},
	...create.fields,
	...createAndWait.fields,
	...get.fields,
	...getAll.fields,
];
