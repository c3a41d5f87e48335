import type { INodeProperties } from 'n8n-workflow';

import type { Operation } from '../operation';
import { create } from './create.operation';
import { get } from './get.operation';
import { update } from './update.operation';

export const callbackSecretOperations: Record<string, Operation> = { create, get, update };

export const callbackSecretDescription: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['callbackSecret'] } },
		default: 'get',
		options: [
			{
				name: 'Create',
				value: 'create',
				action: 'Create callback secret',
				description: 'Create a signing secret; it is shown once',
			},
			{
				name: 'Get',
				value: 'get',
				action: 'Get callback secret',
				description: 'Get the label and state of a signing secret, without the secret',
			},
			{
				name: 'Update',
				value: 'update',
				action: 'Update callback secret',
				description: 'Rename a signing secret, or make it the one that Runflow signs with',
			},
		],
	},
	...create.fields,
	...get.fields,
	...update.fields,
];
