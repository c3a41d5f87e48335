import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { assetRef, contentHash, uploadAsset, type Api, type FileAccess } from '../../../runflow';
import { uploadError, UPLOADS_AT_ONCE } from '../../binaryFile';
import { mapConcurrently } from '../../concurrency';
import type { Row } from '../input/row';
import { BINARY_FIELD } from '../input/rowFiles';
import type { RunMemory } from './memory/memory';

/** The rows with references to their files in place, and the items whose files failed. */
export interface Upload {
	rows: Row[];
	failures: Map<number, unknown>;
}

/**
 * Uploads the files of rows, each content once, several at a time. What another try of this run
 * has uploaded is used again, so that the content of the batches stays the same.
 *
 * @param before called before anything is uploaded
 * @throws what `before` throws; the first failure unless n8n continues on fail; a row whose file failed is left out then
 */
export async function uploadFiles(
	context: IExecuteFunctions,
	api: Api,
	access: FileAccess,
	rows: Row[],
	memory: RunMemory,
	before: () => Promise<void>,
): Promise<Upload> {
	const goOn = context.continueOnFail();
	const failures = new Map<number, unknown>();
	const fail = (item: number, error: unknown) => {
		if (!goOn) throw error;
		failures.set(item, error);
	};
	const files = rows.flatMap(({ item, files: own }) => own.map(({ file }) => ({ item, file })));
	const hashes = await mapConcurrently(files, async ({ file }) => await contentHash(file), {
		goOn,
		concurrency: UPLOADS_AT_ONCE,
	});
	const hashOf = new Map<unknown, string>();
	hashes.forEach((outcome, index) => {
		const { item, file } = files[index];
		if (outcome?.status === 'fulfilled') hashOf.set(file, outcome.value);
		if (outcome?.status === 'rejected') fail(item, outcome.reason);
	});
	const missing = new Map(
		files
			.filter(({ item, file }) => !failures.has(item) && !memory.uploads[hashOf.get(file)!])
			.map((file) => [hashOf.get(file.file)!, file]),
	);
	if (missing.size > 0) await before();
	const uploads = await mapConcurrently(
		[...missing],
		async ([hash, { file }]) => {
			memory.uploads[hash] = (await uploadAsset(api, access, file)).asset_id;
		},
		{ goOn, concurrency: UPLOADS_AT_ONCE },
	);
	[...missing.keys()].forEach((hash, index) => {
		const outcome = uploads[index];
		if (outcome?.status !== 'rejected') return;
		for (const { item, file } of files) {
			if (hashOf.get(file) !== hash) continue;
			fail(item, uploadError(context, item, BINARY_FIELD, file, outcome.reason));
		}
	});
	const refOf = (file: unknown) => assetRef(memory.uploads[hashOf.get(file)!]);
	return {
		rows: rows.filter(({ item }) => !failures.has(item)).map((row) => withRefs(row, refOf)),
		failures,
	};
}

function withRefs(row: Row, refOf: (file: unknown) => string): Row {
	if (row.files.length === 0) return row;
	const input: IDataObject = { ...row.input };
	for (const field of new Set(row.files.map((file) => file.field))) {
		const own = row.files.filter((file) => file.field === field);
		const refs = own.map(({ file }) => refOf(file));
		const there = input[field];
		const isList = Array.isArray(there) || own.length > 1 || own[0].isList;
		input[field] = isList
			? ([...(Array.isArray(there) ? there : []), ...refs] as IDataObject[])
			: refs[0];
	}
	return { ...row, input, files: [] };
}
