import {
	NodeOperationError,
	WAIT_INDEFINITELY,
	type IExecuteData,
	type IExecuteFunctions,
	type INodeExecutionData,
	type IRunExecutionData,
	type ITaskMetadata,
	type IWebhookDescription,
	type IWebhookFunctions,
} from 'n8n-workflow';

import { answersWhenStored } from '../answersWhenStored';
import { editionOf } from '../edition';

/*
 * The port to what n8n keeps for a parked execution. Everything here relies on n8n's insides; each
 * function names the file. Seen to work on the versions in docs/compatibility.md.
 */

/** n8n hands the parked node to its webhook in another way than this package knows. */
export class ParkedRunNotFound extends Error {
	constructor() {
		super('this version of n8n does not hand the parked node to its webhook');
	}
}

/**
 * The address that resumes this execution once it is parked, with n8n's token in its query.
 * Not `getSignedResumeUrl`: its signature is accepted for the operation `sendAndWait` alone
 * (n8n, webhooks/waiting-webhooks).
 */
export function resumeUrl(context: IExecuteFunctions): string {
	return String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0));
}

/**
 * The same for this node only: with the node's id in the path, a late repeat of its callback
 * cannot resume another node that the execution waits at by then.
 */
export function resumeUrlOfNode(context: IExecuteFunctions): string {
	return below(resumeUrl(context), context.getNode().id);
}

/** What stands in the path of a callback for a Runflow node that is not known yet. */
const ANY_RUNFLOW_NODE = 'runflow';

/** The same for a later Runflow node, whichever it is, but for no other: n8n's own Wait stays parked. */
export function resumeUrlOfLaterNode(context: IExecuteFunctions): string {
	return below(resumeUrl(context), ANY_RUNFLOW_NODE);
}

function below(address: string, segment: string): string {
	const url = new URL(address);
	url.pathname += `/${segment}`;
	return url.href;
}

const resumeWebhook: IWebhookDescription = {
	name: 'default',
	httpMethod: 'POST',
	responseMode: answersWhenStored(),
	responseData: '',
	path: '',
	restartWebhook: true,
	isFullPath: true,
};

/**
 * What resumes a parked execution, by the path below its resume address: this node's id, any
 * Runflow node, and nothing, which version 0.1.0 handed out for a later node.
 */
export const resumeWebhooks: IWebhookDescription[] = [
	resumeWebhook,
	{ ...resumeWebhook, name: 'setup', path: '={{ $nodeId }}' },
	{ ...resumeWebhook, path: ANY_RUNFLOW_NODE },
];

/** In the metadata of the parked node's entry, beside n8n's own: whether its callback has come. */
const CALLED_BACK = 'runflowCalledBack';

/**
 * Parks the execution after this node. At the time limit n8n passes the node's input on as its
 * output, without asking the node. Where the node has an error output, the items therefore carry
 * an error beside their `json`, which sends them there; otherwise they are passed on unchanged.
 *
 * @param timeLimitMs `Infinity` for no limit
 * @param atTimeLimit what the items say at the error output
 * @returns what the node has to return, which n8n shows meanwhile and drops on resuming
 */
export async function park(
	context: IExecuteFunctions,
	timeLimitMs: number,
	atTimeLimit: string,
): Promise<INodeExecutionData[]> {
	const output = context.getInputData().map(withoutError);
	if (context.getNode().onError === 'continueErrorOutput') {
		const { data } = context.getExecuteData();
		data.main = marked(data.main, new NodeOperationError(context.getNode(), atTimeLimit));
	}
	const metadata = { resumeUrl: resumeUrl(context), [CALLED_BACK]: false };
	context.setMetadata(metadata);
	await context.putExecutionToWait(
		timeLimitMs === Infinity
			? WAIT_INDEFINITELY
			: new Date(editionOf(context).clock.now() + timeLimitMs),
	);
	return output;
}

/**
 * A field `error` in the first item that a node returns is a failure to n8n: with Retry On Fail it
 * runs the node again, parked or not (n8n-core, WorkflowExecute.processRunExecutionData).
 */
function withoutError(item: INodeExecutionData): INodeExecutionData {
	if (!('error' in item.json)) return item;
	const json = { ...item.json };
	delete json.error;
	return { ...item, json };
}

/** Items with an error beside their `json`: what n8n makes error items of when it passes them on. */
function marked(
	input: Array<INodeExecutionData[] | null>,
	error: NodeOperationError,
): INodeExecutionData[][] {
	return input.map((items) => (items ?? []).map((item) => ({ ...item, error })));
}

/**
 * Whether this n8n keeps a run as the port relies on: a way to park it, its input at the place where
 * the webhook finds it, and an address that resumes it.
 */
export function canPark(context: IExecuteFunctions): boolean {
	const { executeData } = context as unknown as { executeData?: Partial<IExecuteData> };
	return (
		typeof context.putExecutionToWait === 'function' &&
		typeof context.setMetadata === 'function' &&
		typeof executeData?.node === 'object' &&
		Array.isArray(executeData.data?.main) &&
		URL.canParse(resumeUrl(context))
	);
}

/**
 * Looks, before anything is paid for, whether an execution can be parked.
 *
 * @throws NodeOperationError with advice where it cannot
 */
export function assertCanPark(context: IExecuteFunctions): void {
	if (canPark(context)) return;
	throw new NodeOperationError(
		context.getNode(),
		'This version of n8n parks executions in a way that this package does not know',
		{ description: "Set 'Wait For' to Polling. Nothing was sent." },
	);
}

/** Keeps text for the webhook of this node, in the node's context. */
export function keepForWebhook(context: IExecuteFunctions, key: string, text: string): void {
	context.getContext('node')[key] = text;
}

/**
 * Reads that text in the webhook. Its context has no access to the node's context, but holds the
 * data of the execution (n8n-core, NodeExecutionContext); expressions reach it as well, except for
 * nodes whose names n8n's sandbox refuses, such as `constructor`.
 */
export function keptForWebhook(context: IWebhookFunctions, key: string): string | undefined {
	const { name } = context.getNode();
	const { runExecutionData } = context as unknown as { runExecutionData?: IRunExecutionData };
	const contexts = runExecutionData?.executionData?.contextData;
	// Braces inside the name would end the expression.
	const quoted = JSON.stringify(name).replace(
		/[{}]/g,
		(brace) => `\\u00${brace.charCodeAt(0).toString(16)}`,
	);
	const kept: unknown = contexts
		? contexts[`node:${name}`]?.[key]
		: context.evaluateExpression(`{{ $node[${quoted}].context["${key}"] }}`, 0);
	return typeof kept === 'string' ? kept : undefined;
}

/**
 * Lets n8n run the parked node's `execute` again on its own input. By default n8n would pass this
 * data on as the node's output and link output i to input i, whatever it says itself; run again,
 * the node links its results exactly, can fail, and has an error output.
 *
 * Each item carries an error beside its `json`, which the node does not see when it runs again. If
 * n8n ever passes the items on all the same, it makes error items of them, so that input never
 * looks like results (n8n, webhooks/waiting-webhooks disableNode and webhook-helpers
 * prepareExecutionData; n8n-core, WorkflowExecute.normalizeNodeErrors).
 *
 * @throws ParkedRunNotFound when this n8n keeps the parked node's entry elsewhere
 */
export function runAgain(context: IWebhookFunctions): INodeExecutionData[][] {
	const { executeData } = context as unknown as { executeData?: IExecuteData };
	const input = executeData?.data.main;
	if (!executeData || !input) throw new ParkedRunNotFound();
	executeData.node.disabled = false;
	const metadata = { ...executeData.metadata, [CALLED_BACK]: true };
	executeData.metadata = metadata as ITaskMetadata;
	const error = new NodeOperationError(
		context.getNode(),
		'n8n passed the input of the Runflow node on instead of its results',
		{
			description:
				'This version of n8n resumes parked nodes in another way. The batches are done; fetch their results with Batch Item > Get Many, and set Wait For to Polling.',
		},
	);
	return marked(input, error);
}

/**
 * Whether the node runs again because its callback has come, and not by Retry On Fail alone. It stays
 * so in further tries, until the node parks again.
 */
export function wasCalledBack(context: IExecuteFunctions): boolean {
	const metadata = context.getExecuteData().metadata as Record<string, unknown> | undefined;
	return metadata?.[CALLED_BACK] === true;
}

/** Takes from the input what `park` and `runAgain` added, now that the node does run again. */
export function acceptRunAgain(context: IExecuteFunctions): void {
	for (const item of context.getInputData()) delete item.error;
}
