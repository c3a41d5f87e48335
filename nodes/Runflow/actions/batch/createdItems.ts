import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { showHint } from '../../host/run/executionHint';
import { isTool } from '../../host/run/nodeRun';
import { bareRow, getBatch, getRun, runRow, type Api, type Batch, type Run } from '../../runflow';
import { mapConcurrently } from '../concurrency';
import { readConcurrency } from '../fields/requestOptions';
import { readSimplifySince2 } from '../fields/simplifyField';
import type { PlacedBatch, Placement } from './creation/carryOut/placement';
import { hintAtUnused } from './input/unusedColumns';
import { creationsForAgents } from './results/forAgents';

/** One output item for each batch or run that exists, linked to all input items that are in it. */
export async function createdItems(
	context: IExecuteFunctions,
	api: Api,
	{ placed, failed }: Placement,
): Promise<INodeExecutionData[]> {
	hintAtUnused(context);
	hintAtLoneRows(context, placed);
	const simplify = readSimplifySince2(context, 0);
	const states = await mapConcurrently(
		placed,
		async (batch) => await readState(api, batch, simplify),
		{ goOn: false, concurrency: readConcurrency(context) },
	);
	const items = [
		...states.map((outcome, index) => {
			if (outcome?.status !== 'fulfilled') throw outcome?.reason;
			const items = placed[index].items.filter((item) => item !== null);
			return {
				json: outcome.value,
				pairedItem: [...new Set(items)].map((item) => ({ item })),
			};
		}),
		...failed,
	];
	return isTool(context) ? creationsForAgents(items) : items;
}

/** Says where a batch was wanted and its model takes none, since what follows differs then. */
function hintAtLoneRows(context: IExecuteFunctions, placed: PlacedBatch[]): void {
	if (!placed.some(({ isRun }) => isRun)) return;
	if (context.getNodeParameter('resource', 0) !== 'batch') return;
	showHint(
		context,
		'This model takes no batches, so each row became a run of its own. Read it with Run > Get by its run_id. Runflow Trigger starts from it only if the Run events are selected.',
		'warning',
	);
}

/**
 * A batch has its id under `batch_id` too, the name that rows and callbacks have for it. What an
 * earlier try created is read, since only its id is remembered. Never throws.
 */
async function readState(api: Api, placed: PlacedBatch, simplify: boolean): Promise<IDataObject> {
	const { id, isRun, label, answer } = placed;
	if (answer && !isRun) return batchJson(answer as Batch, id, simplify);
	const read =
		answer ?? (await (isRun ? getRun(api, id) : getBatch(api, id)).catch(() => undefined));
	// What exists is told of, even where it cannot be read at the moment.
	if (!read) return isRun ? { id, run_id: id } : { id, batch_id: id };
	const state = isRun
		? runJson(read as Run, label, simplify)
		: batchJson(read as Batch, id, simplify);
	// Rows as they were sent are no part of the answer to a creation, and can be megabytes.
	delete state.input;
	return state;
}

function batchJson(batch: Batch, id: string, simplify: boolean): IDataObject {
	if (!simplify) return { ...batch, batch_id: id } as IDataObject;
	const { status_code = null, items_total = null, metadata = null, created_at = null } = batch;
	return { id, batch_id: id, status_code, items_total, metadata, created_at } as IDataObject;
}

function runJson(run: Run, label: string | undefined, simplify: boolean): IDataObject {
	const row = runRow(run, label);
	if (!simplify) return row as IDataObject;
	const { metadata = null, created_at = null } = run;
	return { ...bareRow(row), metadata, created_at } as IDataObject;
}
