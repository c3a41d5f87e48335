import type { IBinaryKeyData, IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { editionOf } from '../../host/edition';
import { download as fetchFile, type FileAccess } from '../../runflow';
import type { FileLink } from './fileLinks';

/** How many files are fetched at the same time, and how large one may be, unless something else is said. */
export const DOWNLOAD_LIMITS = { concurrency: 5, megabytes: 512 } as const;

const MEGABYTE = 1_048_576;

/** A file in n8n's binary store, and what is known about it. */
export interface StoredFile {
	binary: IBinaryKeyData[string];
	about: IDataObject;
}

/**
 * Streams a file into n8n's binary store.
 *
 * @param namePrefix put before the file's name
 * @throws what `download` throws, also while the file is coming in
 */
export async function storeFile(
	context: IExecuteFunctions,
	access: FileAccess,
	{ url, row, freshUrl }: FileLink,
	{ megabytes, namePrefix = '' }: { megabytes: number; namePrefix?: string },
): Promise<StoredFile> {
	const file = await fetchFile(access, url, { maxBytes: megabytes * MEGABYTE, freshUrl });
	const { fileName, contentType, sizeBytes } = file;
	const name = namePrefix + fileName;
	const stream = editionOf(context).toStream(file);
	const binary = await context.helpers.prepareBinaryData(stream, name, contentType);
	return {
		binary,
		about: {
			...row,
			file_name: binary.fileName ?? name,
			mime_type: contentType,
			size_bytes: binary.bytes ?? sizeBytes ?? null,
			url,
		},
	};
}

/** The names of an item's binary fields for so many files: the first as given, then `_1`, `_2` and so on. */
export function binaryField(name: string, position: number): string {
	return position === 0 ? name : `${name}_${position}`;
}
