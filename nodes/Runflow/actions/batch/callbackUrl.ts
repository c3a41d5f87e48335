import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { BATCH_LIMITS } from '../../runflow';
import { inputError, quote } from '../inputError';
import { resumeUrl } from './resumeUrl';

/** The fields that say where Runflow reports the finished batch. */
export const callbackFields: INodeProperties[] = [
	{
		displayName: 'Callback',
		name: 'callback',
		type: 'options',
		noDataExpression: true,
		default: 'none',
		description: 'Where Runflow reports that the batch is finished',
		options: [
			{
				name: 'None',
				value: 'none',
				description: 'Runflow reports nothing; ask for the state with Batch > Get',
			},
			{
				name: 'Resume This Execution',
				value: 'resume',
				description:
					'Runflow calls this execution back: put a Runflow node with Batch > Wait behind this one',
			},
			{
				name: 'URL',
				value: 'url',
				description: 'Runflow posts a signed callback to a URL, e.g. that of a Runflow Trigger',
			},
		],
	},
	{
		displayName: 'Callback URL',
		name: 'callbackUrl',
		type: 'string',
		required: true,
		displayOptions: { show: { callback: ['url'] } },
		default: '',
		placeholder: 'e.g. https://n8n.example.com/webhook/…/runflow',
		description:
			'The production URL of a Runflow Trigger, or any address that Runflow can reach from the internet',
	},
];

/** The callback URL of an item's batch, `undefined` for none. Throws NodeOperationError. */
export function readCallbackUrl(context: IExecuteFunctions, itemIndex: number): string | undefined {
	const callback = context.getNodeParameter('callback', itemIndex, 'none');
	if (callback === 'resume') return resumeUrl(context);
	if (callback !== 'url') return undefined;
	const value = context.getNodeParameter('callbackUrl', itemIndex, '');
	const text = typeof value === 'string' ? value.trim() : '';
	const problem = callbackUrlProblem(text, value);
	if (problem === undefined) return text;
	throw inputError(
		context,
		itemIndex,
		'Callback URL',
		problem,
		'Copy the production URL from the Runflow Trigger node of an active workflow. Runflow must be able to reach it from the internet.',
	);
}

function callbackUrlProblem(text: string, value: unknown): string | undefined {
	if (text === '') return 'is empty';
	if (text.length > BATCH_LIMITS.callbackUrlLength) {
		return `may have ${BATCH_LIMITS.callbackUrlLength} characters, but has ${text.length}`;
	}
	const url = URL.parse(text);
	if (!url || !/^https?:$/.test(url.protocol)) {
		return `must be an http or https address, but is ${quote(value)}`;
	}
	return undefined;
}
