import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { toNodeError } from '../../../host/errors/nodeError';
import { resumeUrl } from '../../../host/run/parkedRun';
import { getBatch, terminalStatus, type Api, type Batch } from '../../../runflow';
import { mapConcurrently } from '../../concurrency';
import { failedItem } from '../../failedItem';
import { batchId } from '../../fields/batchId';
import { readConcurrency } from '../../fields/requestOptions';
import { inputError } from '../../inputError';
import { keptAwaiting } from './awaiting';
import type { WaitSettings } from './waitSettings';

/** A batch, and the input items that name it. */
export interface NamedBatch {
	id: string;
	items: number[];
	/** Whether Runflow calls this execution back for it. */
	callsBack: boolean;
}

/**
 * The batches that the input items name, each once; the items whose batch cannot be waited for
 * fail, alone where n8n continues on fail. Once resumed nothing is asked again.
 */
export async function readNamedBatches(
	context: IExecuteFunctions,
	api: Api,
	settings: WaitSettings,
	resumed: boolean,
): Promise<{ named: NamedBatch[]; failed: INodeExecutionData[] }> {
	const goOn = context.continueOnFail();
	const failed: INodeExecutionData[] = [];
	const fail = (item: number, error: unknown) => {
		if (!goOn) throw toNodeError(context.getNode(), error, item);
		failed.push(failedItem(context, error, item));
	};
	const kept = resumed ? keptAwaiting(context) : undefined;
	const awaited = kept && new Map(kept.batches.map((batch) => [batch.id, batch]));
	const named = new Map<string, NamedBatch>();
	for (const item of context.getInputData().keys()) {
		const [reading] = await Promise.allSettled([(async () => batchId.read(context, item))()]);
		if (reading.status === 'rejected') {
			if (!kept) fail(item, reading.reason);
			continue;
		}
		const id = reading.value;
		if (awaited && !awaited.has(id)) continue;
		const there = named.get(id);
		if (there) there.items.push(item);
		else named.set(id, { id, items: [item], callsBack: awaited?.get(id)?.callsBack ?? true });
	}
	const batches = [...named.values()];
	if (kept) return { named: batches, failed: kept.failed };
	const examine = goOn || settings.waitFor === 'callback';
	const outcomes = await mapConcurrently(
		batches,
		async (batch) => {
			if (!examine) return;
			batch.callsBack = callsBack(context, batch.items[0], settings, await getBatch(api, batch.id));
		},
		{ goOn, concurrency: readConcurrency(context) },
	);
	outcomes.forEach((outcome, index) => {
		if (outcome?.status !== 'rejected') return;
		for (const item of batches[index].items) fail(item, outcome.reason);
	});
	return { named: batches.filter((_, index) => outcomes[index]?.status === 'fulfilled'), failed };
}

/**
 * Whether a batch is going to call this execution back. In an execution that n8n made by Retry the
 * batches call the one before, and are polled.
 *
 * @throws NodeOperationError where parking for the batch would be in vain
 */
function callsBack(
	context: IExecuteFunctions,
	item: number,
	{ waitFor, isAutomatic }: WaitSettings,
	batch: Batch,
): boolean {
	if (waitFor === 'polling' || terminalStatus(batch.status_code)) return true;
	const own = new URL(resumeUrl(context)).pathname;
	const path = batch.callback_url ? URL.parse(batch.callback_url)?.pathname : undefined;
	if (path === own || path?.startsWith(`${own}/`)) return true;
	if (isAutomatic || context.getMode() === 'retry') return false;
	throw inputError(
		context,
		item,
		'Batch ID',
		'names a batch that does not call this execution back',
		"Create the batch in this execution with 'Callback' set to Resume This Execution, or set 'Wait For' to Automatic or Polling.",
	);
}
