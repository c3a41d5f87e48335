import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { modelInputsField } from './mappedInput';

/** How input items become rows of batches. */
export type InputMode = 'mapFields' | 'jsonPerItem' | 'jsonArray';

/** The fields that say what the rows are. */
export const inputFields: INodeProperties[] = [
	{
		displayName: 'Input Mode',
		name: 'inputMode',
		type: 'options',
		noDataExpression: true,
		default: 'mapFields',
		description: 'How the items that come into this node become items of a batch',
		options: [
			{
				name: 'Map Fields',
				value: 'mapFields',
				description: "Each input item becomes one batch item, from the model's own fields",
			},
			{
				name: 'JSON per Item',
				value: 'jsonPerItem',
				description: 'Each input item becomes one batch item, from JSON evaluated for it',
			},
			{
				name: 'JSON Array',
				value: 'jsonArray',
				description: 'Each input item makes a batch of its own, from an array of batch items',
			},
		],
	},
	modelInputsField,
	{
		displayName: 'Item JSON',
		name: 'itemJson',
		type: 'json',
		required: true,
		displayOptions: { show: { inputMode: ['jsonPerItem'] } },
		default: '={{ $json }}',
		description:
			"The model's input for one batch item, evaluated for each input item. By default it sends all columns. Name only the columns that the model has fields for. You can add a client_ref of up to 255 characters. Up to 100 input items make one batch; more make several.",
	},
	{
		displayName: 'Batch JSON',
		name: 'batchJson',
		type: 'json',
		required: true,
		displayOptions: { show: { inputMode: ['jsonArray'] } },
		default: '[]',
		description:
			'An array of 1 to 100 batch items, each an object with the model\'s input and an optional client_ref, e.g. [{ "prompt": "a red bicycle" }]',
	},
];

/** How the node's input items become rows. */
export function readInputMode(context: IExecuteFunctions): InputMode {
	return context.getNodeParameter('inputMode', 0) as InputMode;
}
