import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { connectFiles } from '../../host/connection';
import { assetRef, contentHash, uploadAsset, type Api, type FileToUpload } from '../../runflow';
import { readBinaryFile, uploadError, UPLOADS_AT_ONCE } from '../binaryFile';
import { mapConcurrently } from '../concurrency';
import { inputError } from '../inputError';
import type { InputMode } from './batchInput';
import { listFields } from './mappedItem';
import { keepUpload, keptUploads } from './uploads';

/** One file of a row: the item's binary field, and the model's field that takes it. */
interface Pair {
	field: string;
	binaryProperty: string;
}

/** A file of a row, read but not uploaded. */
interface RowFile {
	itemIndex: number;
	position: number;
	file: FileToUpload;
	hash: string;
}

const FIELD = 'Input Binary Field';

/** The option that uploads files of the input items and puts references to them into the batch items. */
export const uploadBinaryOption: INodeProperties = {
	displayName: 'Upload Binary Files',
	name: 'uploadBinary',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	displayOptions: { show: { '/inputMode': ['mapFields', 'jsonPerItem'] } },
	placeholder: 'Add File',
	default: {},
	description:
		'Files of each input item to upload first; a reference to the file becomes the value of the model field. The same file is uploaded once per run of the node. Not together with an Idempotency Key of your own for several executions: each execution uploads anew, which changes the content.',
	options: [
		{
			displayName: 'File',
			name: 'files',
			values: [
				{
					displayName: 'Model Field',
					name: 'field',
					type: 'string',
					required: true,
					default: 'image_url',
					description:
						"The model's field that takes the file. A field that holds a list, or is named twice, gets a list.",
				},
				{
					displayName: FIELD,
					name: 'binaryProperty',
					type: 'string',
					required: true,
					default: 'data',
					description: 'The name of the input binary field that holds the file, of up to 50 MiB',
				},
			],
		},
	],
};

/** The uploaded files of the rows, to be put into their batch items. */
export class RowFiles {
	private readonly context: IExecuteFunctions;
	private readonly mode: InputMode;
	/** For each input item the references to its files, in the order of its pairs. */
	private readonly refs: Map<number, string[]>;
	private readonly failures: Map<number, unknown>;

	constructor(
		context: IExecuteFunctions,
		refs = new Map<number, string[]>(),
		failures = new Map<number, unknown>(),
	) {
		this.context = context;
		this.mode = context.getNodeParameter('inputMode', 0) as InputMode;
		this.refs = refs;
		this.failures = failures;
	}

	/** The model's fields that files of an input item fill. Throws NodeOperationError for an unnamed one. */
	fields(itemIndex: number): ReadonlySet<string> {
		return new Set(readPairs(this.context, itemIndex).map(({ field }) => field));
	}

	/** The batch item with its files in place. Throws what kept them from being uploaded. */
	place(itemIndex: number, batchItem: IDataObject): IDataObject {
		const pairs = readPairs(this.context, itemIndex);
		if (pairs.length === 0) return batchItem;
		if (this.failures.has(itemIndex)) throw this.failures.get(itemIndex);
		const lists = this.mode === 'mapFields' ? listFields(this.context, itemIndex) : new Set();
		const refs = this.refs.get(itemIndex) ?? [];
		const placed = { ...batchItem };
		for (const field of this.fields(itemIndex)) {
			const own = refs.filter((_, position) => pairs[position].field === field);
			const there = placed[field];
			const isList = Array.isArray(there);
			placed[field] =
				isList || own.length > 1 || lists.has(field)
					? [...((isList ? there : []) as string[]), ...own]
					: own[0];
		}
		return placed;
	}
}

/**
 * Uploads the files of all rows, each content once, several at a time. What another try of this
 * node run has uploaded before is used again, so that the batches keep their bytes, and with them
 * their Idempotency-Keys.
 *
 * @param check finds the rows that are bad for other reasons, before anything is sent; files of
 * those are not uploaded
 * @throws the first failure unless n8n continues on fail; `place` throws it for its row then
 */
export async function uploadRowFiles(
	context: IExecuteFunctions,
	api: Api,
	check: (files: RowFiles) => ReadonlyMap<number, unknown>,
): Promise<RowFiles> {
	const goOn = context.continueOnFail();
	const itemIndexes = context.getInputData().map((_, itemIndex) => itemIndex);
	const failures = new Map<number, unknown>();
	const fail = (itemIndex: number, error: unknown) => {
		if (!goOn) throw error;
		failures.set(itemIndex, error);
	};
	if (!itemIndexes.some((itemIndex) => readPairs(context, itemIndex, true).length > 0)) {
		return new RowFiles(context);
	}
	const placeholders = itemIndexes.map((itemIndex): [number, string[]] => [
		itemIndex,
		readPairs(context, itemIndex, true).map(() => assetRef('')),
	]);
	const bad = check(new RowFiles(context, new Map(placeholders)));
	const good = itemIndexes.filter((itemIndex) => !bad.has(itemIndex));

	const readings = await mapConcurrently(
		good,
		async (itemIndex) => await readFiles(context, itemIndex),
		{ goOn, concurrency: UPLOADS_AT_ONCE },
	);
	const files = readings.flatMap((reading, index) => {
		if (reading?.status === 'rejected') fail(good[index], reading.reason);
		return reading?.status === 'fulfilled' ? reading.value : [];
	});

	const assetIds = keptUploads(context);
	const missing = [...new Map(files.map((file) => [file.hash, file])).values()].filter(
		({ hash }) => !assetIds.has(hash),
	);
	const access = await connectFiles(context);
	const uploads = await mapConcurrently(
		missing,
		async ({ file, hash }) => {
			const { asset_id } = await uploadAsset(api, access, file);
			assetIds.set(hash, asset_id);
			keepUpload(context, hash, asset_id);
		},
		{ goOn, concurrency: UPLOADS_AT_ONCE },
	);
	uploads.forEach((upload, index) => {
		if (upload?.status !== 'rejected') return;
		for (const { itemIndex, file, hash } of files) {
			if (hash !== missing[index].hash) continue;
			fail(itemIndex, uploadError(context, itemIndex, FIELD, file, upload.reason));
		}
	});
	const refs = new Map<number, string[]>();
	for (const { itemIndex, position, hash } of files) {
		const own = refs.get(itemIndex) ?? [];
		own[position] = assetRef(assetIds.get(hash) ?? '');
		refs.set(itemIndex, own);
	}
	return new RowFiles(context, refs, failures);
}

async function readFiles(context: IExecuteFunctions, itemIndex: number): Promise<RowFile[]> {
	const files: RowFile[] = [];
	for (const [position, { binaryProperty }] of readPairs(context, itemIndex).entries()) {
		const file = await readBinaryFile(context, itemIndex, binaryProperty, FIELD);
		files.push({ itemIndex, position, file, hash: await contentHash(file) });
	}
	return files;
}

function readPairs(context: IExecuteFunctions, itemIndex: number, lenient = false): Pair[] {
	if (context.getNodeParameter('inputMode', 0) === 'jsonArray') return [];
	const pairs = context.getNodeParameter('options.uploadBinary.files', itemIndex, []) as Pair[];
	return pairs.map(({ field, binaryProperty }) => {
		const pair = {
			field: String(field ?? '').trim(),
			binaryProperty: String(binaryProperty ?? '').trim(),
		};
		if (pair.field !== '' || lenient) return pair;
		throw inputError(
			context,
			itemIndex,
			'Model Field',
			'is empty',
			"Under 'Upload Binary Files', name the model's field that takes the file, e.g. image_url.",
		);
	});
}
