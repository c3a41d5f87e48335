import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import {
	getBatchItem,
	isUuid,
	listBatchItems,
	mediaUrls,
	type Api,
	type BatchItem,
} from '../../runflow';
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
			const items = await listBatchItems(api, batchId.read(context, itemIndex));
			return items.flatMap((item) => linksOf(batchRows, item, batchId.read(context, itemIndex)));
		}
		case 'batchItem': {
			const batch = batchId.read(context, itemIndex);
			const item = await getBatchItem(api, batch, itemId.read(context, itemIndex));
			return linksOf(batchRows, item, batch);
		}
		default: {
			const { json } = context.getInputData()[itemIndex];
			return withRow(batchRows, readUrls(context, itemIndex), json);
		}
	}
}

function linksOf(batchRows: BatchRows, item: BatchItem, batch: string): FileLink[] {
	const { id, sequence_index, client_ref, output } = item;
	const row = { batch_id: batch, item_id: id, sequence_index, client_ref };
	return withRow(batchRows, mediaUrls(output), row);
}

function withRow(batchRows: BatchRows, urls: string[], source: object): FileLink[] {
	const known = source as IDataObject;
	const row = Object.fromEntries(
		['batch_id', 'item_id', 'sequence_index', 'client_ref']
			.filter((name) => known[name] !== undefined)
			.map((name) => [name, known[name]]),
	);
	const { batch_id: batch, sequence_index: sequence } = known;
	if (!isUuid(batch) || typeof sequence !== 'number') return urls.map((url) => ({ url, row }));
	return urls.map((url) => ({
		url,
		row,
		freshUrl: async () => await batchRows.freshUrl(batch, sequence, url, urls),
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
			"Use a list of links such as {{ $json.urls }} behind Batch > Create and Wait, or set 'Source' to Batch.",
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
			"Use a list of links such as {{ $json.urls }} behind Batch > Create and Wait, or set 'Source' to Batch.",
		);
	});
}
