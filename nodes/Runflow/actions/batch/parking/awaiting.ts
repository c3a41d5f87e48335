import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	IWebhookFunctions,
} from 'n8n-workflow';

import { nodeRun } from '../../../host/run/nodeRun';
import { keepForWebhook, keptForWebhook } from '../../../host/run/parkedRun';

/**
 * What one run of a waiting node waits for. n8n stores it with the execution: it survives parking,
 * a restart, and another try of the same run.
 */
export interface Awaiting {
	/** Absent in what version 0.1.0 kept. An execution made by n8n's Retry has another one. */
	executionId?: string;
	/** Which run of the node this is: another round of a loop is another run. */
	runIndex: number;
	batches: AwaitedBatch[];
	/** Items for input items that are in no batch. */
	failed: INodeExecutionData[];
	/** Why failed rows are not tried again any more, where Runflow refused that. */
	notAgain?: string;
}

/** A batch, or a run, which answers one row. */
export interface AwaitedBatch {
	id: string;
	/** Whether it is a run; absent for a batch. */
	isRun?: boolean;
	/** Of a run: the row's own label, if it has one. */
	label?: string;
	/** For each element of the batch's input the input item that it answers; `null` for none. */
	itemIndexes: Array<number | null>;
	/** Likewise the element of the item's array, where items brought arrays. */
	elements?: number[];
	/** Whether Runflow calls this execution back for it; absent for yes. */
	callsBack?: boolean;
	/** How often its rows were tried, this time included; absent where failed rows are not tried again. */
	tries?: number;
}

/** What a run waits for, as far as it is not known which run that is. */
export type Awaited = Pick<Awaiting, 'batches' | 'failed' | 'notAgain'>;

const KEY = 'runflowAwaiting';

/**
 * Keeps what the current run waits for. Text, because n8n's expressions hand text out unchanged.
 * The batch ids stand beside it for the user: after the time limit, `$('Runflow').context.batchIds`
 * is the only way to them; those of runs are in `runIds`.
 */
export function keepAwaiting(
	context: IExecuteFunctions,
	{ batches, failed, notAgain }: Awaited,
): Awaiting {
	const { executionId, runIndex } = nodeRun(context);
	const kept: Kept = {
		executionId,
		runIndex,
		batches,
		failed: [],
		notAgain,
		...(failed.length > 0 ? { failedTogether: together(failed) } : {}),
	};
	keepForWebhook(context, KEY, JSON.stringify(kept));
	const idsOf = (isRun: boolean) =>
		batches.filter((batch) => Boolean(batch.isRun) === isRun).map(({ id }) => id);
	const runIds = idsOf(true);
	Object.assign(context.getContext('node'), {
		batchIds: idsOf(false),
		...(runIds.length > 0 ? { runIds } : {}),
	});
	return { executionId, runIndex, batches, failed, notAgain };
}

/** What the current run already waits for: it was parked, or failed after its batches were created. */
export function keptAwaiting(context: IExecuteFunctions): Awaiting | undefined {
	const { executionId, runIndex } = nodeRun(context);
	const awaiting = parse(context.getContext('node')[KEY]);
	if (awaiting?.runIndex !== runIndex) return undefined;
	// What version 0.1.0 kept may be that of the execution before n8n's Retry.
	if (awaiting.executionId === undefined && context.getMode() === 'retry') return undefined;
	return isOf(awaiting, executionId) ? awaiting : undefined;
}

/** The same, seen from the webhook of the parked node. */
export function keptAwaitingOfParked(context: IWebhookFunctions): Awaiting | undefined {
	const awaiting = parse(keptForWebhook(context, KEY));
	return awaiting && isOf(awaiting, context.getExecutionId()) ? awaiting : undefined;
}

function isOf(awaiting: Awaiting, executionId: string | undefined): boolean {
	return awaiting.executionId === undefined || awaiting.executionId === executionId;
}

/** As it is stored: an error that stands for thousands of items is kept once. Version 0.1.0 kept `failed`. */
type Kept = Awaiting & { failedTogether?: Array<{ json: IDataObject; items: number[] }> };

function parse(text: unknown): Awaiting | undefined {
	if (typeof text !== 'string') return undefined;
	const { failedTogether = [], ...kept } = JSON.parse(text) as Kept;
	const apart = failedTogether.flatMap(({ json, items }) =>
		items.map((item): INodeExecutionData => ({ json, pairedItem: { item } })),
	);
	return { ...kept, failed: [...kept.failed, ...apart] };
}

function together(failed: INodeExecutionData[]): Kept['failedTogether'] {
	const groups = new Map<string, { json: IDataObject; items: number[] }>();
	for (const item of failed) {
		const text = JSON.stringify(item.json);
		const group = groups.get(text);
		if (group) group.items.push(inputIndex(item));
		else groups.set(text, { json: item.json, items: [inputIndex(item)] });
	}
	return [...groups.values()];
}

/** The input item that an item of these operations belongs to, its first one where there are several. */
export function inputIndex({ pairedItem }: INodeExecutionData): number {
	const [first] = [pairedItem].flat();
	return (first as { item: number }).item;
}
