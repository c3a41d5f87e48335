import type {
	IBinaryKeyData,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';

import { connectFiles } from '../../../host/connection/connection';
import { editionOf } from '../../../host/edition';
import { toNodeError } from '../../../host/errors/nodeError';
import { RequestCancelledError, type Api } from '../../../runflow';
import { mapConcurrently } from '../../concurrency';
import { BatchRows } from '../../media/batchRows';
import { withRow } from '../../media/fileLinks';
import { binaryField, DOWNLOAD_LIMITS, storeFile } from '../../media/storeFile';

/** The fields of operations that can fetch the files of their rows; an agent could do nothing with them. */
export const downloadFilesFields: INodeProperties[] = [
	{
		displayName: 'Download Files',
		name: 'downloadFiles',
		type: 'boolean',
		displayOptions: { hide: { '@tool': [true] } },
		default: false,
		description:
			"Whether to put the files of each row's result on its item as binary data. If a file cannot be downloaded, its row still comes out, and its entry in files has an error.",
	},
	{
		displayName: 'Put Output File in Field',
		name: 'binaryPropertyName',
		type: 'string',
		required: true,
		displayOptions: { show: { downloadFiles: [true] }, hide: { '@tool': [true] } },
		default: 'data',
		hint: 'The name of the output binary field to put the first file in; the second is in data_1, the third in data_2 and so on',
	},
];

/**
 * Puts the files of rows on their items where that is chosen, a few at a time, streamed, expired links
 * renewed. Each item gets `files`: for each of its `urls` what the file is, or why it could not be had.
 *
 * @throws RequestCancelledError when the execution is stopped meanwhile
 */
export async function withDownloadedFiles(
	context: IExecuteFunctions,
	api: Api,
	items: INodeExecutionData[],
): Promise<INodeExecutionData[]> {
	if (context.getNodeParameter('downloadFiles', 0, false) !== true) return items;
	const name =
		String(context.getNodeParameter('binaryPropertyName', 0, 'data') ?? '').trim() || 'data';
	const access = await connectFiles(context);
	const batchRows = new BatchRows(api, editionOf(context).clock);
	const wanted = items.flatMap(({ json }, index) =>
		withRow(batchRows, urlsOf(json), json).map((link) => ({ link, index })),
	);
	const { concurrency, megabytes } = DOWNLOAD_LIMITS;
	const outcomes = await mapConcurrently(
		wanted,
		async ({ link }) => await storeFile(context, access, link, { megabytes }),
		{ goOn: true, concurrency },
	);
	const files = items.map((): IDataObject[] => []);
	const binaries = items.map((): IBinaryKeyData => ({}));
	outcomes.forEach((outcome, place) => {
		const { link, index } = wanted[place];
		if (outcome?.status === 'fulfilled') {
			const { binary, about } = outcome.value;
			binaries[index][binaryField(name, files[index].length)] = binary;
			files[index].push(about);
			return;
		}
		if (outcome?.reason instanceof RequestCancelledError) throw outcome.reason;
		const { message } = toNodeError(context.getNode(), outcome?.reason, index);
		files[index].push({ url: link.url, error: message });
	});
	return items.map((item, index) =>
		urlsOf(item.json).length === 0
			? item
			: {
					...item,
					json: { ...item.json, files: files[index] },
					...(Object.keys(binaries[index]).length > 0 ? { binary: binaries[index] } : {}),
				},
	);
}

function urlsOf({ urls }: IDataObject): string[] {
	return Array.isArray(urls) ? (urls as string[]) : [];
}
