import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { connectFiles } from '../../../host/connection/connection';
import { toNodeError } from '../../../host/errors/nodeError';
import { markExecution } from '../../../host/run/executionMarks';
import type { NodeRun } from '../../../host/run/nodeRun';
import type { Api, CreatedBatch, Run } from '../../../runflow';
import { failedItem } from '../../failedItem';
import { readConcurrency } from '../../fields/requestOptions';
import { readInputMode, type InputMode } from '../input/inputFields';
import { readGoodRows } from '../input/goodRows';
import { rowKey, type Row } from '../input/row';
import { resumes, type Callback } from './callback';
import { groupRows } from './group';
import { openMemory, wantedRows, type RememberedBatch, type RunMemory } from './memory';
import { planBatches, type Planning } from './plan';
import { inWordsOfItems } from './refusedRows';
import { planRuns, readLoneRows, rowsOfRefused } from './loneRows/planRuns';
import { itemsToRead, recallByPosition, rowsInBatches } from './recall';
import { sendBatches, TAKES_NO_BATCHES, type Outcomes } from './send';
import { assertNotTooManyRows, enoughLeft } from './spending';
import { runsRowsAlone } from './loneRows/takesNoBatches';
import { recallUnfinished } from './unfinishedCalls';
import { uploadFiles } from './uploadFiles';

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
	/** Runflow's answer, where the batch was created or confirmed by this try. */
	answer?: CreatedBatch | Run;
}

/** What came of the input: batches and runs that exist, and items for the rows that are in none. */
export interface Placement {
	placed: PlacedBatch[];
	failed: INodeExecutionData[];
}

/** What the rows become: batches, as far as their models take any, or a run each. */
export type Shape = 'batches' | 'runs';

/**
 * Creates the batches for all input items, and none twice: what another try of this run made, or
 * may have made, is not planned anew. The rows of a model that takes no batches become runs.
 * Whatever fails, what exists is never hidden: without Continue On Fail the error names it, with it
 * it comes back beside the failed rows.
 *
 * @throws NodeOperationError for bad input, before anything is sent; NodeApiError for a refusal
 */
export async function createBatches(
	context: IExecuteFunctions,
	api: Api,
	callback: Callback,
	shape: Shape = 'batches',
): Promise<Placement> {
	const { memory, run } = openMemory(context);
	await recallByPosition(api, memory, readConcurrency(context));
	const mode = readInputMode(context);
	const items = itemsToRead([...context.getInputData().keys()], mode, memory);
	const held = rowsInBatches(memory);
	const isOpen = (row: Row) => !held.has(rowKey(row));
	const reading = await readGoodRows(context, api, items, mode, isOpen);
	const open = reading.rows.filter(isOpen);
	assertNotTooManyRows(context, held.size + open.length);
	const assertEnoughLeft = enoughLeft(context, api);
	const access = await connectFiles(context);
	const upload = await uploadFiles(context, api, access, open, memory, assertEnoughLeft);
	const rows = recallUnfinished(context, memory, upload.rows);
	const inDoubt = memory.batches.filter(({ id }) => id === undefined);
	if (rows.length + inDoubt.length > 0) await assertEnoughLeft();
	const planning = planRows(context, rows, { callback, mode, shape }, memory, run);
	const rowsAlone = runsRowsAlone(context, callback);
	const planned = [...inDoubt, ...planning.batches];
	const sent = await sendBatches(context, api, planned, memory, rowsAlone);
	const lone = planLoneRows(context, sent, memory, run);
	const sentAlone = await sendBatches(context, api, lone.batches, memory, rowsAlone);
	const outcomes: Outcomes = new Map([...sent, ...sentAlone]);

	const there = existing(memory);
	markExecution(context, 'runflowBatches', idsOf(there, false));
	markExecution(context, 'runflowRuns', idsOf(there, true));
	const failures = new Map([reading, upload, planning, lone].flatMap((each) => [...each.failures]));
	return {
		placed: there.map((batch) => placedBatch(batch, outcomes)),
		failed: [
			...[...failures].map(([item, error]) => failedItem(context, error, item)),
			...failedRows(context, outcomes, memory),
		],
	};
}

function planRows(
	context: IExecuteFunctions,
	rows: Row[],
	{ callback, mode, shape }: { callback: Callback; mode: InputMode; shape: Shape },
	memory: RunMemory,
	run: NodeRun,
): Planning {
	if (shape === 'runs') {
		const lone = readLoneRows(context, rows, callback);
		const { batches, failures } = planRuns(context, lone.rows, memory, run, false);
		return { batches, failures: new Map([...lone.failures, ...failures]) };
	}
	const groups = groupRows(rows, {
		isArray: mode === 'jsonArray',
		callsBack: resumes(callback),
	});
	return planBatches(context, groups, callback, memory, run);
}

/** Runs for the rows of batches whose models take none; none where a failure has stopped the node. */
function planLoneRows(
	context: IExecuteFunctions,
	sent: Outcomes,
	memory: RunMemory,
	run: NodeRun,
): Planning {
	const hasFailed = [...sent.values()].some(({ status }) => status === 'rejected');
	if (hasFailed && !context.continueOnFail()) return { batches: [], failures: new Map() };
	const refused = [...sent].flatMap(([batch, outcome]) =>
		outcome.status === 'fulfilled' && outcome.value === TAKES_NO_BATCHES ? [batch] : [],
	);
	return planRuns(context, refused.flatMap(rowsOfRefused), memory, run, true);
}

function idsOf(batches: RememberedBatch[], ofRuns: boolean): string[] {
	return batches.flatMap(({ id, isRun }) => (id && Boolean(isRun) === ofRuns ? [id] : []));
}

/** What exists, in the order of its rows. */
function existing({ batches }: RunMemory): RememberedBatch[] {
	const first = (batch: RememberedBatch) => wantedRows(batch)[0]?.item ?? 0;
	return batches.filter(({ id }) => id !== undefined).sort((a, b) => first(a) - first(b));
}

function placedBatch(batch: RememberedBatch, outcomes: Outcomes): PlacedBatch {
	const { id = '', isRun = false, label, items, elements, callsBack } = batch;
	const outcome = outcomes.get(batch);
	const value = outcome?.status === 'fulfilled' ? outcome.value : undefined;
	const answer = value === TAKES_NO_BATCHES ? undefined : value;
	return { id, isRun, label, items, elements, callsBack, answer };
}

function failedRows(
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
