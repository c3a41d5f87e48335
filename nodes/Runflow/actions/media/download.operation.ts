import type { IBinaryKeyData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { connectFiles } from '../../host/connection/connection';
import { editionOf } from '../../host/edition';
import { toNodeError } from '../../host/errors/nodeError';
import type { FileAccess } from '../../runflow';
import { mapConcurrently } from '../concurrency';
import { failedItem } from '../failedItem';
import { readNumber } from '../fields/number';
import { CONCURRENCY } from '../fields/requestOptions';
import { fieldsFor, type InputOperation } from '../operation';
import { BatchRows } from './batchRows';
import { downloadFields } from './downloadFields';
import { readFileLinks, type FileLink } from './fileLinks';
import { binaryField, DOWNLOAD_LIMITS, storeFile, type StoredFile } from './storeFile';

/** What came of one input item's files, in the order of its links. */
interface Harvest {
	files: StoredFile[];
	/** Of links or files that could not be had. */
	errors: unknown[];
}

/**
 * Media > Download: files as binary data, streamed into n8n's binary store. With Continue On Fail
 * an input item whose files did not all come gives one failed item, beside those that did.
 */
export const download: InputOperation = {
	fields: fieldsFor('media', ['download'], downloadFields),

	async executeInput(api) {
		const access = await connectFiles(this);
		const concurrency = readNumber(this, 0, 'options.concurrency', {
			displayName: 'Concurrent Downloads',
			fallback: DOWNLOAD_LIMITS.concurrency,
			least: 1,
		});
		const goOn = this.continueOnFail();
		const batchRows = new BatchRows(api, editionOf(this).clock);
		const items = this.getInputData();
		const harvests = items.map((): Harvest => ({ files: [], errors: [] }));
		const fail = (itemIndex: number, error: unknown) => {
			if (!goOn) throw toNodeError(this.getNode(), error, itemIndex);
			harvests[itemIndex].errors.push(error);
		};

		const listings = await mapConcurrently(
			items,
			async (_, itemIndex) => await readFileLinks(this, api, batchRows, itemIndex),
			{ goOn, concurrency: CONCURRENCY },
		);
		const wanted = listings.flatMap((listing, itemIndex) => {
			if (listing?.status === 'rejected') fail(itemIndex, listing.reason);
			if (listing?.status !== 'fulfilled') return [];
			return listing.value.map((link) => ({ link, itemIndex }));
		});
		const outcomes = await mapConcurrently(
			wanted,
			async ({ link, itemIndex }) => await store(this, access, link, itemIndex),
			{ goOn, concurrency },
		);
		outcomes.forEach((outcome, index) => {
			const { itemIndex } = wanted[index];
			if (outcome?.status === 'rejected') fail(itemIndex, outcome.reason);
			if (outcome?.status === 'fulfilled') harvests[itemIndex].files.push(outcome.value);
		});
		return harvests.flatMap((harvest, itemIndex) => outputItems(this, harvest, itemIndex));
	},
};

async function store(
	context: IExecuteFunctions,
	access: FileAccess,
	link: FileLink,
	itemIndex: number,
): Promise<StoredFile> {
	const megabytes = readNumber(context, itemIndex, 'options.maxSizeMb', {
		displayName: 'Max Size',
		fallback: DOWNLOAD_LIMITS.megabytes,
		least: 1,
	});
	const prefix = context.getNodeParameter('options.fileNamePrefix', itemIndex, '') ?? '';
	return await storeFile(context, access, link, { megabytes, namePrefix: String(prefix) });
}

function outputItems(
	context: IExecuteFunctions,
	{ files, errors }: Harvest,
	itemIndex: number,
): INodeExecutionData[] {
	const pairedItem = { item: itemIndex };
	const field = String(context.getNodeParameter('binaryPropertyName', itemIndex, 'data')) || 'data';
	const perFile = context.getNodeParameter('outputMode', 0, 'file') === 'file';
	const failed =
		errors.length > 0 ? [failedItem(context, errors[0], itemIndex, note(files, errors))] : [];
	if (perFile) {
		return [
			...files.map(({ binary, about }) => ({
				json: about,
				binary: { [field]: binary },
				pairedItem,
			})),
			...failed,
		];
	}
	if (failed.length > 0) return failed;
	const item = context.getInputData()[itemIndex];
	const binary: IBinaryKeyData = { ...item.binary };
	files.forEach((file, position) => {
		binary[binaryField(field, position)] = file.binary;
	});
	return [
		{
			json: { ...item.json, files: files.map(({ about }) => about) },
			...(Object.keys(binary).length > 0 ? { binary } : {}),
			pairedItem,
		},
	];
}

function note(files: StoredFile[], errors: unknown[]): string {
	const total = files.length + errors.length;
	return total > 1 ? `${errors.length} of the item's ${total} files failed.` : '';
}
