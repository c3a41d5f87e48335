import type { INodeProperties } from 'n8n-workflow';

import { BATCH_EVENTS } from '../runflow';

/** The parameters of Runflow Trigger. */
export const triggerFields: INodeProperties[] = [
	{
		displayName:
			"Pass this node's production URL as the Callback URL when you create a batch or a run (Runflow > Batch > Create, Run > Create). Runflow must be able to reach it from the internet.",
		name: 'urlNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Events',
		name: 'events',
		type: 'multiOptions',
		required: true,
		default: [...BATCH_EVENTS],
		description:
			'Which outcomes start the workflow; callbacks with others are answered and dropped',
		options: [
			{
				name: 'Batch Cancelled',
				value: 'batch.cancelled',
				description: 'Every item was cancelled',
			},
			{ name: 'Batch Failed', value: 'batch.failed', description: 'Every item failed' },
			{
				name: 'Batch Partially Succeeded',
				value: 'batch.partial_succeeded',
				description: 'Some items succeeded, some did not',
			},
			{
				name: 'Batch Succeeded',
				value: 'batch.succeeded',
				description: 'Every item succeeded',
			},
			{
				name: 'Run Cancelled',
				value: 'run.cancelled',
				description: 'A run by itself was cancelled',
			},
			{
				name: 'Run Completed',
				value: 'run.completed',
				description: 'A run by itself succeeded',
			},
			{ name: 'Run Failed', value: 'run.failed', description: 'A run by itself failed' },
			{
				name: 'Run Partially Succeeded',
				value: 'run.partial_succeeded',
				description: 'A run by itself succeeded in part',
			},
		],
	},
	{
		displayName: 'Authenticity',
		name: 'authenticity',
		type: 'options',
		default: 'signature',
		description: 'How the node makes sure that a callback is really from Runflow',
		options: [
			{
				name: 'Signature',
				value: 'signature',
				description:
					"Verify Runflow's signature with the Callback Secret in the credential (recommended)",
			},
			{
				name: 'Ask the API',
				value: 'api',
				description:
					'Take only the ID from the callback and read the batch or run from Runflow, for organizations without a signing secret',
			},
		],
	},
	{
		displayName: 'Output',
		name: 'output',
		type: 'options',
		default: 'batch',
		description: 'What the workflow starts with',
		options: [
			{ name: 'One Item per Batch', value: 'batch', description: 'The callback as it is' },
			{
				name: 'One Item per Batch Item',
				value: 'items',
				description:
					'One item for each row of the batch, with its output or error; a run is one row',
			},
		],
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			{
				displayName: 'Ignore Repeats',
				name: 'ignoreRepeats',
				type: 'boolean',
				default: true,
				description:
					'Whether to drop a callback that this n8n process accepted within the last minute, unless somebody asked Runflow to redeliver it. Best effort: to drop repeats for good, add a Remove Duplicates node on batch_id.',
			},
			{
				displayName: 'Metadata Filter',
				name: 'metadataFilter',
				type: 'fixedCollection',
				typeOptions: { multipleValues: true },
				placeholder: 'Add condition',
				default: {},
				description:
					'Start only for batches whose metadata has all of these values; other callbacks are answered and dropped. Lets several workflows share one organization.',
				options: [
					{
						displayName: 'Condition',
						name: 'conditions',
						values: [
							{
								displayName: 'Key',
								name: 'key',
								type: 'string',
								default: '',
								placeholder: 'e.g. workflow',
								description: 'A key of the metadata; dots lead into nested objects',
							},
							{
								displayName: 'Value',
								name: 'value',
								type: 'string',
								default: '',
								placeholder: 'e.g. product-images',
								description: 'The value it must have; numbers and booleans are compared as text',
							},
						],
					},
				],
			},
		],
	},
];
