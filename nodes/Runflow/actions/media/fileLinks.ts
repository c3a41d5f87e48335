import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { isUuid, readListedRows, readRow, type Api, type FullRow } from '../../runflow';
import { batchId } from '../fields/batchId';
import { inputError, quote } from '../inputError';
import { itemId } from '../fields/itemId';
import type { BatchRows } from './batchRows';

/** A file to download. */
export interface FileLink {
	url: string;
	/** Which row of which batch it belongs to, as far as that is known. */
	row: IDataObject;
	/** Another link to it; absent where none can be had. */
	freshUrl?: () => Promise<string | undefined>;
}

/** The files that an input item asks for. Throws NodeOperationError for what is no link or no id. */
export async function readFileLinks(
	context: IExecuteFunctions,
	api: Api,
	batchRows: BatchRows,
	itemIndex: number,
): Promise<FileLink[]> {
	switch (context.getNodeParameter('source', 0, 'urls')) {
		case 'batch': {
			const rows = await readListedRows(api, batchId.read(context, itemIndex), Infinity);
			return rows.flatMap((row) => withRow(batchRows, row.urls, row));
		}
		case 'batchItem': {
			const batch = batchId.read(context, itemIndex);
			const row = await readRow(api, batch, itemId.read(context, itemIndex));
			return withRow(batchRows, row.urls, row);
		}
		default: {
			const { json } = context.getInputData()[itemIndex];
			return withRow(batchRows, readUrls(context, itemIndex), json);
		}
	}
}

/** Links with the row that they belong to, as far as the row's fields tell. */
export function withRow(
	batchRows: BatchRows,
	urls: string[],
	known: FullRow | IDataObject,
): FileLink[] {
	const { batch_id: batch, run_id: run, sequence_index: sequenceIndex, client_ref } = known;
	if (!isUuid(batch) && isUuid(run)) {
		const freshUrl = async (url: string) => await batchRows.freshUrlOfRun(run, url, urls);
		const row = { run_id: run, ...(client_ref === undefined ? {} : { client_ref }) } as IDataObject;
		return urls.map((url) => ({ url, row, freshUrl: async () => await freshUrl(url) }));
	}
	// What a row itself calls its `id` files call their row's.
	const itemId = known.item_id ?? (batch === undefined ? undefined : known.id);
	const row = Object.fromEntries(
		Object.entries({
			batch_id: batch,
			item_id: itemId,
			sequence_index: sequenceIndex,
			client_ref,
		}).filter(([, value]) => value !== undefined),
	) as IDataObject;
	if (!isUuid(batch)) return urls.map((url) => ({ url, row }));
	return urls.map((url) => ({
		url,
		row,
		freshUrl: async () => await batchRows.freshUrl(batch, { id: itemId, sequenceIndex }, url, urls),
	}));
}

/** A list of links, one link, or lines; an empty list, which failed rows have, is no error. */
function readUrls(context: IExecuteFunctions, itemIndex: number): string[] {
	const value: unknown = context.getNodeParameter('urls', itemIndex, '');
	const list = Array.isArray(value)
		? value
		: typeof value === 'string'
			? value.split('\n')
			: [value];
	const urls = list
		.map((entry: unknown) => (typeof entry === 'string' ? entry.trim() : entry))
		.filter((entry) => entry !== '' || Array.isArray(value));
	if (urls.length === 0 && !Array.isArray(value)) {
		throw inputError(
			context,
			itemIndex,
			'URLs',
			'is empty',
			"Use a list of links such as {{ $json.urls }} after Batch > Create and Wait, or set 'Source' to Batch.",
		);
	}
	return urls.map((entry) => {
		if (typeof entry === 'string' && /^https?:$/.test(URL.parse(entry)?.protocol ?? ''))
			return entry;
		throw inputError(
			context,
			itemIndex,
			'URLs',
			entry ? `must be links, but one is ${quote(entry)}` : 'is empty',
			"Use a list of links such as {{ $json.urls }} after Batch > Create and Wait, or set 'Source' to Batch.",
		);
	});
}
