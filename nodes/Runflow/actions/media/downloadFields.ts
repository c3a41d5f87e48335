import type { INodeProperties } from 'n8n-workflow';

import { batchId } from '../fields/batchId';
import { itemId } from '../fields/itemId';
import { optionsField } from '../fields/optionsField';

/** The fields of Media > Download. */
export const downloadFields: INodeProperties[] = [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		noDataExpression: true,
		default: 'urls',
		description: 'Which files to download',
		options: [
			{
				name: 'Batch',
				value: 'batch',
				description: 'All result files of a batch, in the order of its items, with fresh links',
			},
			{
				name: 'Batch Item',
				value: 'batchItem',
				description: 'The result files of one item of a batch, with fresh links',
			},
			{
				name: 'URLs',
				value: 'urls',
				description: 'Links, e.g. those of the rows that Batch > Create and Wait returns',
			},
		],
	},
	{
		displayName: 'URLs',
		name: 'urls',
		type: 'string',
		required: true,
		displayOptions: { show: { source: ['urls'] } },
		default: '={{ $json.urls }}',
		placeholder: 'e.g. {{ $json.urls }}',
		description:
			'A list of links, one link, or one per line. A link that has expired is renewed if the input item has a batch_id and a sequence_index, as rows of a batch do.',
	},
	{ ...batchId.field, displayOptions: { show: { source: ['batch', 'batchItem'] } } },
	{ ...itemId.field, displayOptions: { show: { source: ['batchItem'] } } },
	{
		displayName: 'Put Output File in Field',
		name: 'binaryPropertyName',
		type: 'string',
		required: true,
		default: 'data',
		hint: 'The name of the output binary field to put the file in',
	},
	{
		displayName: 'Output',
		name: 'outputMode',
		type: 'options',
		noDataExpression: true,
		default: 'file',
		description: 'How the files come out of the node',
		options: [
			{
				name: 'One Item per File',
				value: 'file',
				description: 'Each file is an item of its own, linked to the input item it comes from',
			},
			{
				name: 'One Item per Input Item',
				value: 'item',
				description:
					'Each input item comes out with all of its files; the second is in data_1, the third in data_2 and so on',
			},
		],
	},
	optionsField([
		{
			displayName: 'Concurrent Downloads',
			name: 'concurrency',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 32 },
			default: 5,
			description: 'How many files are fetched at the same time',
		},
		{
			displayName: 'File Name Prefix',
			name: 'fileNamePrefix',
			type: 'string',
			default: '',
			placeholder: 'e.g. {{ $json.client_ref }}-',
			description: 'Put before the name of each file',
		},
		{
			displayName: 'Max Size (MB)',
			name: 'maxSizeMb',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 512,
			description: 'The largest file that is accepted; a larger one causes an error',
		},
	]),
];
