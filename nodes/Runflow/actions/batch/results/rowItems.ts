import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';

import {
	listBatchItems,
	mediaUrls,
	normalizeStatus,
	type Api,
	type BatchItem,
} from '../../../runflow';
import { mapConcurrently } from '../../concurrency';
import { readConcurrency } from '../../fields/requestOptions';
import type { AwaitedBatch } from '../parking/awaiting';

/** What became of one row: the shape that comes out of Create and Wait, and of Wait by rows. */
interface Row extends IDataObject {
	status_code: string;
	output: IDataObject | null;
	error: IDataObject | null;
	urls: string[];
	run_id: string | null;
	batch_id: string;
	sequence_index: number;
	client_ref: string | null;
	cost: string | null;
}

/**
 * Reads the rows of batches, one output item for each element of a batch's input, linked to the
 * input item it comes from. A row that Runflow does not tell of is still there, with an error.
 */
export async function rowItems(
	context: IExecuteFunctions,
	api: Api,
	awaited: AwaitedBatch[],
): Promise<INodeExecutionData[]> {
	const outcomes = await mapConcurrently(awaited, async ({ id }) => await listBatchItems(api, id), {
		goOn: false,
		concurrency: readConcurrency(context),
	});
	const errorOutput = context.getNode().onError === 'continueErrorOutput';
	const rows = outcomes.flatMap((outcome, index) => {
		if (outcome?.status === 'rejected') throw outcome.reason;
		const { id, itemIndexes, elements } = awaited[index];
		const bySequence = new Map(outcome?.value.map((item) => [item.sequence_index, item]));
		return itemIndexes.flatMap((item, sequence) => {
			if (item === null) return [];
			const row = toRow(id, sequence, bySequence.get(sequence));
			return { item, element: elements?.[sequence] ?? 0, row };
		});
	});
	return rows
		.sort((a, b) => a.item - b.item || a.element - b.element)
		.map(({ item, row }) => ({
			json: errorOutput && row.error ? { error: errorText(row), details: row } : row,
			pairedItem: { item },
		}));
}

/** Fails the node for rows that the model failed on. @throws NodeOperationError naming up to five */
export function assertNoFailedRows(context: IExecuteFunctions, items: INodeExecutionData[]): void {
	const failed = items.filter(({ json }) => json.error);
	if (failed.length === 0) return;
	const named = failed
		.slice(0, 5)
		.map(
			({ json, pairedItem }) => `item ${(pairedItem as { item: number }).item}: ${errorText(json)}`,
		);
	const batches = [...new Set(failed.map(({ json }) => json.batch_id).filter(Boolean))];
	throw new NodeOperationError(
		context.getNode(),
		`${failed.length} of ${items.length} rows failed`,
		{
			description: `${named.join('; ')}${failed.length > 5 ? '; …' : ''}. The other rows are done and paid for: set 'On Failed Items' to Return Them With Error, or fetch them with Batch Item > Get Many from ${batches.join(', ')}.`,
		},
	);
}

function toRow(batchId: string, sequence: number, item: BatchItem | undefined): Row {
	const { output = null, error = null, cost = null, run_id = null, client_ref = null } = item ?? {};
	const status = normalizeStatus(item?.status_code ?? 'unknown');
	return {
		status_code: status,
		urls: mediaUrls(output),
		error: asError(status, error, item === undefined),
		client_ref,
		batch_id: batchId,
		sequence_index: sequence,
		run_id,
		cost,
		output: output as IDataObject | null,
	};
}

function asError(status: string, error: unknown, missing: boolean): IDataObject | null {
	if (error) return typeof error === 'object' ? (error as IDataObject) : { message: String(error) };
	if (missing) return { message: 'Runflow has no result for this row' };
	if (status === 'failed') return { message: 'The model failed on this row' };
	if (status === 'cancelled') return { message: 'The row was cancelled' };
	return null;
}

function errorText(json: IDataObject): string {
	const error = json.error as IDataObject | string;
	return typeof error === 'string' ? error : String(error.message ?? error.code ?? 'failed');
}
