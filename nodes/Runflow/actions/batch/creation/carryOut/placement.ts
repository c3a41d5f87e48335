import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { toNodeError } from '../../../../host/errors/nodeError';
import { markExecution } from '../../../../host/run/executionMarks';
import type { CreatedBatch, Run } from '../../../../runflow';
import { failedItem } from '../../../failedItem';
import { wantedRows, type RememberedBatch, type RunMemory } from '../memory/memory';
import { inWordsOfItems } from '../refusedRows';
import { TAKES_NO_BATCHES, type Outcomes } from '../send';

/** A batch that exists, or a run, which answers one row. */
export interface PlacedBatch {
	id: string;
	isRun: boolean;
	/** Of a run: the row's own label, if it has one. */
	label?: string;
	/** For each element of its input the input item that it answers; `null` where another batch does. */
	items: Array<number | null>;
	/** Likewise the element of the item's array, in `jsonArray` alone. */
	elements?: number[];
	/** Whether Runflow calls back to the execution that waits. */
	callsBack: boolean;
	/** How often its rows were tried, this time included. */
	tries: number;
	/** Runflow's answer, where the batch was created or confirmed by this try. */
	answer?: CreatedBatch | Run;
}

/** What came of the input: batches and runs that exist, and items for the rows that are in none. */
export interface Placement {
	placed: PlacedBatch[];
	failed: INodeExecutionData[];
}

/** What exists by now, in the order of its rows; the execution is marked with it. */
export function placedBatches(
	context: IExecuteFunctions,
	memory: RunMemory,
	outcomes: Outcomes,
): PlacedBatch[] {
	const there = existing(memory);
	markExecution(context, 'runflowBatches', idsOf(there, false));
	markExecution(context, 'runflowRuns', idsOf(there, true));
	return there.map((batch) => placedBatch(batch, outcomes));
}

/**
 * Items for the rows of batches that could not be made.
 *
 * @throws NodeApiError or NodeOperationError that names what exists, unless n8n continues on fail
 */
export function failedRows(
	context: IExecuteFunctions,
	outcomes: Outcomes,
	memory: RunMemory,
): INodeExecutionData[] {
	const remembered = new Set(memory.batches);
	return [...outcomes].flatMap(([batch, outcome]) => {
		if (outcome.status !== 'rejected') return [];
		const items = [...new Set(wantedRows(batch).map(({ item }) => item))];
		const reason = inWordsOfItems(context, outcome.reason, batch);
		if (context.continueOnFail()) {
			const note = remembered.has(batch) ? mayExist(batch) : '';
			return items.map((item) => failedItem(context, reason, item, note));
		}
		const note = existingBatches(existing(memory));
		throw toNodeError(context.getNode(), reason, items[0], note);
	});
}

function existing({ batches }: RunMemory): RememberedBatch[] {
	const first = (batch: RememberedBatch) => wantedRows(batch)[0].item;
	return batches
		.filter((batch) => batch.id !== undefined && wantedRows(batch).length > 0)
		.sort((a, b) => first(a) - first(b));
}

function idsOf(batches: RememberedBatch[], ofRuns: boolean): string[] {
	return batches.flatMap(({ id, isRun }) => (id && Boolean(isRun) === ofRuns ? [id] : []));
}

function placedBatch(batch: RememberedBatch, outcomes: Outcomes): PlacedBatch {
	const { id = '', isRun = false, label, items, elements, callsBack, tries = 1 } = batch;
	const outcome = outcomes.get(batch);
	const value = outcome?.status === 'fulfilled' ? outcome.value : undefined;
	const answer = value === TAKES_NO_BATCHES ? undefined : value;
	return { id, isRun, label, items, elements, callsBack, tries, answer };
}

function mayExist({ isRun, key }: RememberedBatch): string {
	const what = isRun ? 'run' : 'batch';
	return `The ${what} may exist anyway and be paid for. Look for it at Runflow before you run these rows again (Idempotency Key ${key}).`;
}

const MOST_NAMED = 20;

function existingBatches(batches: RememberedBatch[]): string {
	if (batches.length === 0) return '';
	const named = batches.slice(0, MOST_NAMED).map((batch) => {
		const rows = wantedRows(batch);
		if (batch.isRun) return `${batch.id} (item ${rows[0].item})`;
		return `${batch.id} (items ${rows[0].item} to ${rows[rows.length - 1].item})`;
	});
	const more = batches.length - named.length;
	const what = batches.every(({ isRun }) => isRun) ? 'runs' : 'batches';
	return `These ${what} were created and continue to run: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}. Running the node again with Retry On Fail, or the execution with n8n's Retry, does not create them twice.`;
}
