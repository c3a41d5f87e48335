import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';

import { errorJson } from '../../../host/errors/errorOutput';
import {
	bareRow,
	getRun,
	readRows,
	runRow,
	type Api,
	type BatchFacts,
	type BatchRow,
	type FullRow,
	type Run,
} from '../../../runflow';
import { mapConcurrently } from '../../concurrency';
import { failedItem } from '../../failedItem';
import { readConcurrency } from '../../fields/requestOptions';
import type { AwaitedBatch } from '../parking/awaiting';

/**
 * Reads the rows of batches, one output item for each element of a batch's input, linked to the
 * input item it comes from. A row that Runflow does not tell of is still there, with an error. Where
 * n8n continues on fail, a batch that cannot be read fails alone.
 *
 * @param states the batches as they were last read; one that is missing is read where a row needs it
 */
export async function rowItems(
	context: IExecuteFunctions,
	api: Api,
	awaited: AwaitedBatch[],
	states?: ReadonlyMap<string, BatchFacts>,
): Promise<INodeExecutionData[]> {
	const outcomes = await mapConcurrently(
		awaited,
		async (batch) => await rowsOf(api, batch, states?.get(batch.id)),
		{ goOn: context.continueOnFail(), concurrency: readConcurrency(context) },
	);
	const node = context.getNode();
	const errorOutput = node.onError === 'continueErrorOutput';
	const rows = outcomes.flatMap((outcome, index) => {
		const { id, isRun, itemIndexes, elements, tries } = awaited[index];
		if (outcome?.status === 'rejected' && !context.continueOnFail()) throw outcome.reason;
		return itemIndexes.flatMap((item, place) => {
			if (item === null) return [];
			const element = elements?.[place] ?? 0;
			if (outcome?.status === 'fulfilled') {
				const row = {
					...bareRow(outcome.value[place]),
					...(tries === undefined ? {} : { tries }),
				};
				const json = errorOutput && row.error ? failed(node, row) : ({ ...row } as IDataObject);
				return [{ item, element, json }];
			}
			const note = `The ${isRun ? 'run' : 'batch'} exists: ${id}.`;
			return [{ item, element, json: failedItem(context, outcome?.reason, item, note).json }];
		});
	});
	return rows
		.sort((a, b) => a.item - b.item || a.element - b.element)
		.map(({ item, json }) => ({ json, pairedItem: { item } }));
}

/** The rows of a batch, or that of a run. */
export async function rowsOf(
	api: Api,
	{ id, isRun, label, itemIndexes }: AwaitedBatch,
	known: BatchFacts | undefined,
): Promise<FullRow[]> {
	if (!isRun) return await readRows(api, id, itemIndexes.length, known);
	return [runRow((known as Run | undefined) ?? (await getRun(api, id)), label)];
}

/** What n8n sends to an error output. */
function failed(node: INode, row: BatchRow): IDataObject {
	const json = { ...row } as IDataObject;
	return errorJson(node, errorText(json), json);
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
			description: `${named.join('; ')}${failed.length > 5 ? '; …' : ''}. The other rows are done and paid for: ${batches.length > 0 ? `fetch them with Batch Item > Get Many from ${batches.join(', ')}` : 'fetch them with Run > Get'}. To run only the failed rows again, use Retry in the list of executions: Execute Step would buy all rows again. Set 'On Failed Items' to Return Them With Error to get all rows next time.`,
		},
	);
}

/** What is wrong with a row, in words. */
export function errorText(json: IDataObject): string {
	const error = json.error as IDataObject | string;
	return typeof error === 'string' ? error : String(error.message ?? error.code ?? 'failed');
}
