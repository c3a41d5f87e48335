import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { connectFiles } from '../../../host/connection/connection';
import { toNodeError } from '../../../host/errors/nodeError';
import type { Api, CreatedBatch } from '../../../runflow';
import { failedItem } from '../../failedItem';
import { readConcurrency } from '../../fields/requestOptions';
import { readInputMode } from '../input/inputFields';
import { readRows } from '../input/readRows';
import { rowKey } from '../input/row';
import { resumes, type Callback } from './callback';
import { groupRows } from './group';
import { openMemory, wantedRows, type RememberedBatch, type RunMemory } from './memory';
import { planBatches } from './plan';
import { itemsToRead, recallByPosition, rowsInBatches } from './recall';
import { sendBatches, type Outcomes } from './send';
import { recallUnfinished } from './unfinishedCalls';
import { uploadFiles } from './uploadFiles';

/** A batch that exists. */
export interface PlacedBatch {
	id: string;
	/** For each element of its input the input item that it answers; `null` where another batch does. */
	items: Array<number | null>;
	/** Likewise the element of the item's array, in `jsonArray` alone. */
	elements?: number[];
	/** Whether Runflow calls back to the execution that waits. */
	callsBack: boolean;
	/** Runflow's answer, where the batch was created or confirmed by this try. */
	answer?: CreatedBatch;
}

/** What came of the input: batches that exist, and items for the rows that are in none. */
export interface Placement {
	placed: PlacedBatch[];
	failed: INodeExecutionData[];
}

/**
 * Creates the batches for all input items, and none twice: what another try of this run made, or
 * may have made, is not planned anew. Whatever fails, batches that exist are never hidden: without
 * Continue On Fail the error names them, with it they come back beside the failed rows.
 *
 * @throws NodeOperationError for bad input, before anything is sent; NodeApiError for a refusal
 */
export async function createBatches(
	context: IExecuteFunctions,
	api: Api,
	callback: Callback,
): Promise<Placement> {
	const { memory, run } = openMemory(context);
	await recallByPosition(api, memory, readConcurrency(context));
	const mode = readInputMode(context);
	const items = itemsToRead([...context.getInputData().keys()], mode, memory);
	const reading = await readRows(context, items, mode);
	const held = rowsInBatches(memory);
	const open = reading.rows.filter((row) => !held.has(rowKey(row)));
	const upload = await uploadFiles(context, api, await connectFiles(context), open, memory);
	const rows = recallUnfinished(context, memory, upload.rows);
	const groups = groupRows(rows, {
		isArray: mode === 'jsonArray',
		callsBack: resumes(callback),
	});
	const planning = planBatches(context, groups, callback, memory, run);
	const inDoubt = memory.batches.filter(({ id }) => id === undefined);
	const batches = [...inDoubt, ...planning.batches];
	const outcomes = await sendBatches(context, api, batches, memory);

	const failures = new Map([...reading.failures, ...upload.failures, ...planning.failures]);
	return {
		placed: existing(memory).map((batch) => placedBatch(batch, batches, outcomes)),
		failed: [
			...[...failures].map(([item, error]) => failedItem(context, error, item)),
			...failedRows(context, batches, outcomes, memory),
		],
	};
}

/** The batches that exist, in the order of their rows. */
function existing({ batches }: RunMemory): RememberedBatch[] {
	const first = (batch: RememberedBatch) => wantedRows(batch)[0]?.item ?? 0;
	return batches.filter(({ id }) => id !== undefined).sort((a, b) => first(a) - first(b));
}

function placedBatch(
	batch: RememberedBatch,
	sent: RememberedBatch[],
	outcomes: Outcomes,
): PlacedBatch {
	const { id = '', items, elements, callsBack } = batch;
	const outcome = outcomes[sent.indexOf(batch)];
	const answer = outcome?.status === 'fulfilled' ? outcome.value : undefined;
	return { id, items, elements, callsBack, answer };
}

function failedRows(
	context: IExecuteFunctions,
	batches: RememberedBatch[],
	outcomes: Outcomes,
	memory: RunMemory,
): INodeExecutionData[] {
	return outcomes.flatMap((outcome, index) => {
		if (outcome?.status !== 'rejected') return [];
		const items = [...new Set(wantedRows(batches[index]).map(({ item }) => item))];
		if (context.continueOnFail()) {
			const note = memory.batches.includes(batches[index]) ? mayExist(batches[index]) : '';
			return items.map((item) => failedItem(context, outcome.reason, item, note));
		}
		const note = existingBatches(existing(memory));
		throw toNodeError(context.getNode(), outcome.reason, items[0], note);
	});
}

function mayExist({ key }: RememberedBatch): string {
	return `The batch may exist anyway and be paid for. Look for it at Runflow before you run these rows again (Idempotency Key ${key}).`;
}

function existingBatches(batches: RememberedBatch[]): string {
	if (batches.length === 0) return '';
	const named = batches.map((batch) => {
		const rows = wantedRows(batch);
		return `${batch.id} (items ${rows[0].item} to ${rows[rows.length - 1].item})`;
	});
	return `These batches were created and continue to run: ${named.join(', ')}. Running the node again with Retry On Fail, or the execution with n8n's Retry, does not create them twice.`;
}
