import { NodeOperationError, type IExecuteFunctions, type INodeProperties } from 'n8n-workflow';

import { isTool } from '../../../host/run/nodeRun';
import { readNumber } from '../../fields/number';
import { inputError } from '../../inputError';

/** How an operation waits, read once for all input items. */
export interface WaitSettings {
	waitFor: 'callback' | 'polling';
	/** Whether the node may poll what will not call it back, instead of refusing it. */
	isAutomatic: boolean;
	/** `Infinity` for no limit. */
	timeoutMs: number;
	pollIntervalMs: number;
	onTimeout: 'error' | 'output';
	onFailedItems: 'error' | 'output';
}

const pollingOption = {
	name: 'Polling',
	value: 'polling',
	description:
		'Ask Runflow, at growing intervals, until the batch is finished. Needs no public address, but keeps the execution running.',
};

const automaticOption = {
	name: 'Automatic',
	value: 'automatic',
	description:
		'By callback if Runflow can reach this n8n and there are at most 1,000 rows, otherwise by polling',
};

const callbackOption = {
	name: 'Callback',
	value: 'callback',
	description:
		'Park the execution until Runflow calls back. Runflow must be able to reach this n8n. With a Webhook or Chat in front, use Respond to Webhook.',
};

/** How the node learns that the batch is finished, in nodes of one version. */
function waitForField(version: number, byDefault: string): INodeProperties {
	return {
		displayName: 'Wait For',
		name: 'waitFor',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { '@version': [version] }, hide: { '@tool': [true] } },
		default: byDefault,
		description: 'How the node learns that the batch is finished',
		options: [automaticOption, callbackOption, pollingOption],
	};
}

/** The fields of every operation that waits. */
export const waitFields: INodeProperties[] = [
	waitForField(1, 'callback'),
	waitForField(2, 'automatic'),
	{
		displayName: 'Wait For',
		name: 'waitFor',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { '@tool': [true] } },
		default: 'polling',
		description:
			'An AI agent cannot be parked, so as a tool the node asks Runflow until the batch is finished',
		options: [pollingOption],
	},
	{
		displayName:
			"When the time limit passes, n8n continues with the items that came into this node, unchanged: they have no status_code. Check for that with an If node. The batches continue to run. Their IDs are in {{ $('Name of This Node').context.batchIds }}.",
		name: 'timeoutNotice',
		type: 'notice',
		// Whoever leaves the day as it is need not read it, and without a limit it cannot happen.
		displayOptions: {
			show: { waitFor: ['automatic', 'callback'] },
			hide: { timeout: [1440, 0] },
		},
		default: '',
	},
	{
		displayName: 'Time Limit (Minutes)',
		name: 'timeout',
		type: 'number',
		displayOptions: { show: { waitFor: ['automatic', 'callback'] } },
		typeOptions: { minValue: 0 },
		default: 1440,
		description:
			'How long to wait, in minutes; 0 for no limit. After that, n8n continues with the items that came in if the execution was parked.',
	},
	{
		displayName: 'Time Limit (Minutes)',
		name: 'timeout',
		type: 'number',
		displayOptions: { show: { waitFor: ['polling'] }, hide: { '@tool': [true] } },
		typeOptions: { minValue: 0 },
		default: 60,
		description: 'How long to ask before giving up, in minutes',
	},
	{
		displayName: 'Time Limit (Minutes)',
		name: 'timeout',
		type: 'number',
		displayOptions: { show: { waitFor: ['polling'], '@tool': [true] } },
		typeOptions: { minValue: 0, maxValue: 5 },
		default: 1,
		description: 'How long to ask before giving up, in minutes; at most 5 as a tool',
	},
	{
		displayName: 'Poll Interval (Seconds)',
		name: 'pollInterval',
		type: 'number',
		displayOptions: { show: { waitFor: ['automatic', 'polling'] } },
		typeOptions: { minValue: 1 },
		default: 5,
		description: 'How long to pause before asking again; the pauses grow up to a minute',
	},
	{
		displayName: 'On Time Limit',
		name: 'onTimeout',
		type: 'options',
		displayOptions: { show: { waitFor: ['automatic', 'polling'] } },
		default: 'error',
		description:
			'What to do when the time limit passes before the batch is finished. Only n8n decides for an execution that is parked: it continues with the items that came in.',
		options: [
			{ name: 'Fail', value: 'error', description: 'Stop with an error that names the batches' },
			{
				name: 'Return State so Far',
				value: 'output',
				description: 'Return what is known; unfinished rows have no output',
			},
		],
	},
	{
		displayName: 'On Failed Items',
		name: 'onFailedItems',
		type: 'options',
		default: 'output',
		description: 'What to do when the model failed on some of the rows',
		options: [
			{
				name: 'Return Them With Error',
				value: 'output',
				description: 'Every row comes out; those that failed have an error instead of an output',
			},
			{ name: 'Fail', value: 'error', description: 'Stop with an error that names the rows' },
		],
	},
];

// Ten years: n8n's own mark for no limit lies further ahead, but dates end somewhere.
const LONGEST_MINUTES = 10 * 366 * 24 * 60;
const LONGEST_AS_TOOL_MS = 5 * 60_000;

/** Reads how to wait. Throws NodeOperationError for what cannot be waited for. */
export function readWaitSettings(context: IExecuteFunctions): WaitSettings {
	const tool = isTool(context);
	const chosen = context.getNodeParameter('waitFor', 0, 'callback');
	const isAutomatic = chosen === 'automatic' && !tool;
	// What calls back is parked for, and all else polled: each batch knows which it is.
	const waitFor = chosen === 'callback' || isAutomatic ? 'callback' : 'polling';
	if (tool && waitFor === 'callback') {
		throw new NodeOperationError(context.getNode(), 'An AI tool cannot wait for a callback', {
			description: "Set 'Wait For' to Polling.",
		});
	}
	const minutes = readNumber(context, 0, 'timeout', {
		displayName: 'Time Limit',
		fallback: waitFor === 'callback' ? 1440 : 60,
		least: 0,
	});
	const endless = waitFor === 'callback' && (minutes === 0 || minutes > LONGEST_MINUTES);
	const timeoutMs = endless ? Infinity : minutes * 60_000;
	return {
		waitFor,
		isAutomatic,
		timeoutMs: tool ? Math.min(timeoutMs, LONGEST_AS_TOOL_MS) : timeoutMs,
		pollIntervalMs: readPollInterval(context) * 1_000,
		onTimeout: context.getNodeParameter('onTimeout', 0, 'error') as WaitSettings['onTimeout'],
		onFailedItems: context.getNodeParameter(
			'onFailedItems',
			0,
			'output',
		) as WaitSettings['onFailedItems'],
	};
}

/** In seconds. Pauses grow from it, so it must not be 0: they would stay 0. */
function readPollInterval(context: IExecuteFunctions): number {
	const seconds = readNumber(context, 0, 'pollInterval', {
		displayName: 'Poll Interval',
		fallback: 5,
		least: 0,
	});
	if (seconds > 0) return seconds;
	throw inputError(
		context,
		0,
		'Poll Interval',
		'must be above 0',
		'Enter the first pause in seconds, e.g. 5.',
	);
}
