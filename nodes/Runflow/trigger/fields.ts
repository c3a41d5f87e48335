import type { INodeProperties } from 'n8n-workflow';

import { BATCH_EVENTS } from '../runflow';

/** The value of Events that stands for every outcome. */
export const ANY_EVENT = '*';

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
			'Which outcomes start the workflow. A batch in which even one row failed counts as Some Rows Failed. If only All Rows Succeeded is selected, such a batch does not start the workflow.',
		options: [
			{
				name: 'All Outcomes',
				value: ANY_EVENT,
				action: 'On a finished batch (any outcome)',
				description:
					'The batch is finished, however it ended; runs outside a batch are not included',
			},
			{
				name: 'All Rows Failed',
				value: 'batch.failed',
				action: 'On a batch in which all rows failed',
				description: 'No row has a result',
			},
			{
				name: 'All Rows Succeeded',
				value: 'batch.succeeded',
				action: 'On a batch in which all rows succeeded',
				description: 'Every row has a result; not sent when even one row failed',
			},
			{
				name: 'Cancelled',
				value: 'batch.cancelled',
				action: 'On a cancelled batch',
				description: 'The batch was cancelled',
			},
			{
				name: 'Some Rows Failed',
				value: 'batch.partial_succeeded',
				action: 'On a batch in which some rows failed',
				description: 'Some rows have a result, others do not',
			},
			{
				name: 'Run Cancelled',
				value: 'run.cancelled',
				action: 'On a cancelled run',
				description: 'A run outside a batch was cancelled',
			},
			{
				name: 'Run Completed',
				value: 'run.completed',
				action: 'On a run that succeeded',
				description: 'A run outside a batch succeeded',
			},
			{
				name: 'Run Failed',
				value: 'run.failed',
				action: 'On a run that failed',
				description: 'A run outside a batch failed',
			},
			{
				name: 'Run Partially Succeeded',
				value: 'run.partial_succeeded',
				action: 'On a run that succeeded in part',
				description: 'A run outside a batch succeeded in part',
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
								description: 'A key of the metadata; use dots to reach into nested objects',
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
