import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { reachOfRunflow } from '../../../host/connection/connection';
import { showHint } from '../../../host/run/executionHint';
import { resumeUrlOfLaterNode, resumeUrlOfNode } from '../../../host/run/parkedRun';
import { BATCH_LIMITS, reachOf } from '../../../runflow';
import { inputError, quote } from '../../inputError';

/** Where Runflow reports the finished batches of one run. */
export type Callback =
	| { to: 'nowhere' }
	/** What each batch's own Callback URL field says; `isPublic` where Runflow is on the internet. */
	| { to: 'url'; isPublic: boolean }
	/** An address that resumes the execution, at a later node or at this one. */
	| { to: 'laterNode' | 'thisNode'; url: string };

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
					'Runflow calls this execution back. Add a Runflow node with Batch > Wait after this one.',
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
			'The production URL of a Runflow Trigger, or any address that Runflow can reach from the internet. It is read from the first item of each batch.',
	},
];

/** What Batch > Create was told about callbacks. */
export async function readCallback(context: IExecuteFunctions): Promise<Callback> {
	switch (context.getNodeParameter('callback', 0, 'none')) {
		case 'resume':
			return { to: 'laterNode', url: resumeUrlOfLaterNode(context) };
		case 'url':
			return { to: 'url', isPublic: (await reachOfRunflow(context)) === 'public' };
		default:
			return { to: 'nowhere' };
	}
}

/** The callback to the very node that creates the batches and waits for them. */
export function callbackToThisNode(context: IExecuteFunctions): Callback {
	return { to: 'thisNode', url: resumeUrlOfNode(context) };
}

/** Whether n8n takes the callbacks, and so sets a limit to their size. */
export function resumes(callback: Callback): boolean {
	return callback.to === 'laterNode' || callback.to === 'thisNode';
}

/**
 * The callback URL of a batch, `undefined` for none.
 *
 * @param item the batch's first item
 * @param isTooLarge whether n8n would refuse the callback: this node then asks for the batch instead
 * @throws NodeOperationError for a Callback URL that is none, and for a later node that would wait in vain
 */
export function callbackUrlOf(
	context: IExecuteFunctions,
	item: number,
	callback: Callback,
	isTooLarge: boolean,
): string | undefined {
	switch (callback.to) {
		case 'nowhere':
			return undefined;
		case 'url':
			return readCallbackUrl(context, item, callback.isPublic);
		case 'thisNode':
			return isTooLarge ? undefined : callback.url;
		case 'laterNode':
			if (!isTooLarge) return callback.url;
			throw inputError(
				context,
				item,
				'Callback',
				'cannot resume the execution, because the item is too large: n8n takes callbacks of up to 16 MiB, and a callback carries the inputs',
				"Upload files with 'Upload Binary Files' or pass their addresses instead of their content, or set 'Callback' to None and let Batch > Wait poll. Nothing was sent for this item.",
			);
	}
}

function readCallbackUrl(context: IExecuteFunctions, item: number, isPublic: boolean): string {
	const value = context.getNodeParameter('callbackUrl', item, '');
	const text = typeof value === 'string' ? value.trim() : '';
	const problem = callbackUrlProblem(text, value, isPublic);
	if (problem === undefined) {
		hintAtTestAddress(context, text);
		return text;
	}
	throw inputError(
		context,
		item,
		'Callback URL',
		problem,
		'Copy the production URL from the Runflow Trigger node of an active workflow. Runflow must be able to reach it from the internet.',
	);
}

const hinted = new WeakSet<IExecuteFunctions>();

/** A test address is of use while a workflow is built, so it is no error. */
function hintAtTestAddress(context: IExecuteFunctions, url: string): void {
	if (hinted.has(context) || !new URL(url).pathname.includes('/webhook-test/')) return;
	hinted.add(context);
	showHint(
		context,
		"'Callback URL' is a test URL. It works only while the editor listens for a test event, and only for one callback. For anything else, use the production URL.",
		'warning',
	);
}

function callbackUrlProblem(text: string, value: unknown, isPublic: boolean): string | undefined {
	if (text === '') return 'is empty';
	if (text.length > BATCH_LIMITS.callbackUrlLength) {
		return `may have at most ${BATCH_LIMITS.callbackUrlLength} characters, but has ${text.length}`;
	}
	const url = URL.parse(text);
	if (!url || !/^https?:$/.test(url.protocol)) {
		return `must be an http or https address, but is ${quote(value)}`;
	}
	if (isPublic && reachOf(text) !== 'public') {
		return `must be an address that Runflow can reach, but ${url.host} exists in this network only`;
	}
	return undefined;
}
