import type { IExecuteFunctions, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';

/**
 * What one run of a waiting node waits for. It lives in the node's context, which n8n stores with
 * the execution: it survives parking, a restart, and another try of the same run.
 */
export interface Awaiting {
	/** Which run of the node this is: another round of a loop is another run. */
	runIndex: number;
	batches: AwaitedBatch[];
	/** Items for input items that are in no batch. */
	failed: INodeExecutionData[];
}

export interface AwaitedBatch {
	id: string;
	/** For every element of the batch's input the input item it comes from. */
	itemIndexes: number[];
}

const KEY = 'runflowAwaiting';

/** Which run of the node is under way, from 0. */
export function currentRunIndex(context: IExecuteFunctions): number {
	return Number(context.evaluateExpression('{{ $runIndex }}', 0));
}

/**
 * Keeps what the current run waits for. Text, because n8n's expressions hand text out unchanged.
 * The batch ids stand beside it for the user: after the time limit, `$('Runflow').context.batchIds`
 * is the only way to them.
 */
export function keepAwaiting(context: IExecuteFunctions, awaiting: Awaiting): void {
	const kept = context.getContext('node');
	kept[KEY] = JSON.stringify(awaiting);
	kept.batchIds = awaiting.batches.map(({ id }) => id);
}

/** What the current run already waits for: it was parked, or failed after its batches were created. */
export function keptAwaiting(context: IExecuteFunctions): Awaiting | undefined {
	const awaiting = parse(context.getContext('node')[KEY]);
	return awaiting?.runIndex === currentRunIndex(context) ? awaiting : undefined;
}

/** The same, seen from the webhook of the parked node, whose context only expressions reach. */
export function keptAwaitingOfParked(context: IWebhookFunctions): Awaiting | undefined {
	// Braces inside the name would end the expression.
	const name = JSON.stringify(context.getNode().name).replace(
		/[{}]/g,
		(brace) => `\\u00${brace.charCodeAt(0).toString(16)}`,
	);
	return parse(context.evaluateExpression(`{{ $node[${name}].context["${KEY}"] }}`, 0));
}

function parse(kept: unknown): Awaiting | undefined {
	return typeof kept === 'string' ? (JSON.parse(kept) as Awaiting) : undefined;
}

/** The input item that an item of these operations belongs to; each has exactly one. */
export function inputIndex({ pairedItem }: INodeExecutionData): number {
	return (pairedItem as { item: number }).item;
}
