import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { FileTransferError, RunflowApiError, UPLOAD_LIMITS, type FileToUpload } from '../runflow';
import { inputError, quote } from './inputError';

/** How many files are uploaded at the same time: where n8n keeps binary data in memory, each is in it twice. */
export const UPLOADS_AT_ONCE = 4;

const BINARY_ENCODING = 'base64';
const CHUNK_BYTES = 262_144;
const MIME_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;.*)?$/;

/**
 * A file of an input item as it can be uploaded: streamed from n8n's binary store.
 *
 * @param property name of the item's binary field
 * @param field display name of the node's field that names it, for errors
 * @throws NodeOperationError when the item has no such file, or one that is empty or too large
 */
export async function readBinaryFile(
	context: IExecuteFunctions,
	itemIndex: number,
	property: string,
	field: string,
	change: { name?: string; mimeType?: string } = {},
): Promise<FileToUpload> {
	const binary = findBinary(context, itemIndex, property, field);
	const sizeBytes = await sizeOf(context, binary);
	if (sizeBytes < 1 || sizeBytes > UPLOAD_LIMITS.bytes) {
		throw inputError(
			context,
			itemIndex,
			field,
			sizeBytes < 1
				? `names an empty file: ${quote(property)}`
				: `names a file of ${sizeBytes} bytes, but Runflow takes at most ${UPLOAD_LIMITS.bytes} (50 MiB)`,
			sizeBytes < 1
				? 'Check the node that makes the file. Nothing was uploaded.'
				: 'Make the file smaller, or put it on a web server and pass its address to the model.',
		);
	}
	const mimeType = (change.mimeType || binary.mimeType).trim();
	if (!MIME_TYPE.test(mimeType) || mimeType.length > UPLOAD_LIMITS.typeLength) {
		throw inputError(
			context,
			itemIndex,
			field,
			`names a file of the type ${quote(mimeType)}, which is not a MIME type`,
			'Enter a type such as image/png.',
		);
	}
	return {
		name: change.name || binary.fileName || property,
		mimeType,
		sizeBytes,
		open: async () =>
			binary.id
				? await context.helpers.getBinaryStream(binary.id, CHUNK_BYTES)
				: Buffer.from(binary.data, BINARY_ENCODING),
	};
}

/** The error for an upload that failed: a type that Runflow refuses is the user's to correct. */
export function uploadError(
	context: IExecuteFunctions,
	itemIndex: number,
	field: string,
	file: FileToUpload,
	error: unknown,
): unknown {
	const refused =
		(error instanceof RunflowApiError && error.status === 422) ||
		(error instanceof FileTransferError && error.fault === 'size');
	if (!refused) return error;
	const problems = error instanceof RunflowApiError ? error.fieldErrors : [];
	const said = problems.map(({ message }) => message).join('; ') || error.message;
	return inputError(
		context,
		itemIndex,
		field,
		`names a file that Runflow does not accept (${file.name}, ${file.mimeType}): ${said}`,
		'Runflow takes the usual types of images, videos and audio. If the file is of another type than n8n says, set its MIME type.',
	);
}

function findBinary(
	context: IExecuteFunctions,
	itemIndex: number,
	property: string,
	field: string,
): IBinaryData {
	try {
		return context.helpers.assertBinaryData(itemIndex, property);
	} catch {
		const there = Object.keys(context.getInputData()[itemIndex].binary ?? {});
		throw inputError(
			context,
			itemIndex,
			field,
			property === '' ? 'is empty' : `names no file in the item: ${quote(property)}`,
			there.length > 0
				? `The item has these binary fields: ${there.join(', ')}.`
				: 'The item has no binary data. Check the node before this one.',
		);
	}
}

async function sizeOf(context: IExecuteFunctions, binary: IBinaryData): Promise<number> {
	if (!binary.id) return Buffer.byteLength(binary.data, BINARY_ENCODING);
	if (typeof binary.bytes === 'number') return binary.bytes;
	return (await context.helpers.getBinaryMetadata(binary.id)).fileSize;
}
