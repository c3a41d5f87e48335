import type { Api } from '../http/api';
import { getBatch, getBatchItem, listBatchItems } from './batches';
import { isUnderWay, rowsInOrder, rowsOfList, toRow, type BatchFacts, type FullRow } from './rows';
import { normalizeStatus, terminalStatus } from '../states';
import type { BatchItem } from './batchSchemas';

/**
 * Reads one row for each element of a batch's input, in its order. Items can be behind what the batch
 * says: while rows of a finished batch still read as under way they are asked for again a few times.
 *
 * @param total how many elements there are
 * @param known the batch, where it was read before; it is read where a row needs it to be explained
 */
export async function readRows(
	api: Api,
	batchId: string,
	total: number,
	known?: BatchFacts,
): Promise<FullRow[]> {
	const items = await listBatchItems(api, batchId);
	const plain = rowsInOrder(batchId, items, total);
	if (!known && !items.some(needsBatch) && !plain.some(isUnderWay)) return plain;
	const facts = known ?? (await getBatch(api, batchId));
	const rows = rowsInOrder(batchId, items, total, facts);
	if (!terminalStatus(facts.status_code) || !rows.some(isUnderWay)) return rows;
	return await api.readAgain(
		rows,
		async () => rowsInOrder(batchId, await listBatchItems(api, batchId), total, facts),
		(latest) => !latest.some(isUnderWay),
	);
}

/** Reads the rows that Runflow lists of a batch, up to so many, in input order. */
export async function readListedRows(api: Api, batchId: string, most: number): Promise<FullRow[]> {
	const items = await listBatchItems(api, batchId, most);
	const fromZero = items.length === 0 || items.some((item) => item.sequence_index === 0);
	const facts = items.some(needsBatch) || !fromZero ? await getBatch(api, batchId) : undefined;
	return rowsOfList(batchId, items, facts);
}

/**
 * Reads one row by its id; links in its output are signed anew. Its `sequence_index` is Runflow's own,
 * since one row alone does not tell from where they count.
 */
export async function readRow(api: Api, batchId: string, itemId: string): Promise<FullRow> {
	const item = await getBatchItem(api, batchId, itemId);
	return toRow(batchId, item, needsBatch(item) ? await getBatch(api, batchId) : undefined);
}

/** Whether only the batch tells what to think of an item: it did not succeed and does not say why. */
function needsBatch({ status_code, error }: BatchItem): boolean {
	return !error && !['succeeded', 'cancelled'].includes(normalizeStatus(status_code ?? ''));
}
