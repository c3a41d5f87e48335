import { createHash } from 'node:crypto';

import { z } from 'zod';

import { count, text } from '../http/answerFields';
import type { Api } from '../http/api';
import { FileTransferError, RunflowApiError } from '../http/errors';
import { fileHeaders, fileUrl, type FileAccess } from './fileAccess';
import type { ByteStream } from '../http/port';
import { readRetryAfter, withRetries } from '../http/retry';

/** Answer to POST /v1/asset-uploads. Source: docs.runflow.io, create-a-presigned-upload-session. */
const uploadSessionSchema = z
	.object({ asset_id: z.string(), upload_url: z.string() })
	.passthrough();

/** An asset. Source: docs.runflow.io, confirm-upload-and-create-asset-record. */
const assetSchema = z
	.object({
		id: text,
		name: text,
		url: text,
		mime_type: text,
		size_bytes: count,
		asset_type: text,
		created_at: text,
	})
	.passthrough();
export type Asset = z.infer<typeof assetSchema>;

/** Limits that the docs state for an upload (guides/upload-large-files). */
export const UPLOAD_LIMITS = { bytes: 52_428_800, nameLength: 500, typeLength: 255 } as const;

/** A file to upload. */
export interface FileToUpload {
	name: string;
	mimeType: string;
	/** 1 to 52,428,800. */
	sizeBytes: number;
	/** Its bytes from the start, anew for each attempt. */
	open(): Promise<ByteStream | Buffer>;
}

/** An asset, and how a model's input refers to it. */
export type UploadedAsset = Asset & { asset_id: string; ref: string };

const SESSIONS = 3;
// 50 MiB over a slow line take minutes, and Runflow answers only after the last byte.
const LONGEST_PUT_MS = 900_000;

/** How a model's input refers to an asset; unlike the asset's `url` it never expires. */
export function assetRef(assetId: string): string {
	return `runflow://assets/${assetId}`;
}

/**
 * Uploads a file in three steps: a session, the bytes to its presigned address, the confirmation.
 * Sent again after a failure of the network or the server, with a new session once the address
 * has expired (403). Source: docs.runflow.io, guides/upload-large-files.
 *
 * @throws FileTransferError for a file of a size that is not allowed, before anything is sent, and
 * for a refusal of the presigned address; RunflowApiError for a refusal of Runflow (422: the type)
 */
export async function uploadAsset(
	api: Api,
	access: FileAccess,
	file: FileToUpload,
): Promise<UploadedAsset> {
	if (file.sizeBytes < 1 || file.sizeBytes > UPLOAD_LIMITS.bytes) {
		throw new FileTransferError(
			'size',
			`Runflow takes files of 1 to ${UPLOAD_LIMITS.bytes} bytes; ${file.name} has ${file.sizeBytes}`,
		);
	}
	for (let sessions = 1; ; sessions++) {
		const { asset_id, upload_url } = await api.call({
			method: 'POST',
			path: '/v1/asset-uploads',
			body: JSON.stringify({
				filename: file.name.slice(0, UPLOAD_LIMITS.nameLength),
				mime_type: file.mimeType,
				size_bytes: file.sizeBytes,
			}),
			retry: 'repeatable',
			schema: uploadSessionSchema,
		});
		const expired = await withRetries(
			'repeatable',
			async () => await put(access, upload_url, file, sessions < SESSIONS),
			{ clock: access.clock, policy: access.retryPolicy, signal: access.signal },
		);
		if (expired) continue;
		const asset = await confirm(api, asset_id);
		return { ...asset, asset_id, ref: assetRef(asset_id) };
	}
}

/** The same for files of the same bytes and type, whatever their names: SHA-256 in hex. */
export async function contentHash({ mimeType, open }: FileToUpload): Promise<string> {
	const hash = createHash('sha256').update(`${mimeType}\n`);
	const bytes = await open();
	if (Buffer.isBuffer(bytes)) return hash.update(bytes).digest('hex');
	for await (const chunk of bytes) hash.update(chunk);
	return hash.digest('hex');
}

/** Sends the bytes; `true` when the address has expired and that is to be no error. */
async function put(
	access: FileAccess,
	address: string,
	file: FileToUpload,
	renewable: boolean,
): Promise<boolean> {
	const url = fileUrl(access, address);
	const body = await file.open();
	const response = await access.transport
		.send({
			method: 'PUT',
			url,
			headers: {
				...fileHeaders(access),
				'content-type': file.mimeType,
				'content-length': String(file.sizeBytes),
			},
			body,
			signal: access.signal,
			answerWithinMs: LONGEST_PUT_MS,
		})
		.finally(() => {
			if (!Buffer.isBuffer(body)) body.destroy();
		});
	await response.discard();
	const { status, headers } = response;
	if (status >= 200 && status < 300) return false;
	if (status === 403 && renewable) return true;
	throw new FileTransferError(
		'status',
		`The upload of ${file.name} to ${url.host} failed with HTTP status ${status}`,
		{ status, retryAfterMs: readRetryAfter(headers['retry-after'], access.clock.now()) },
	);
}

/** A confirmation whose answer was lost and that is refused the second time is looked up. */
async function confirm(api: Api, assetId: string): Promise<Asset> {
	const id = encodeURIComponent(assetId);
	return await api
		.call({
			method: 'POST',
			path: `/v1/asset-uploads/${id}/confirmations`,
			body: '{}',
			retry: 'repeatable',
			schema: assetSchema,
		})
		.catch(async (error: unknown) => {
			if (!(error instanceof RunflowApiError) || ![409, 422].includes(error.status)) throw error;
			return await getAsset(api, assetId).catch(() => {
				throw error;
			});
		});
}

/** Reads an asset, its `url` signed anew. */
export async function getAsset(api: Api, assetId: string): Promise<Asset> {
	return await api.call({
		method: 'GET',
		path: `/v1/assets/${encodeURIComponent(assetId)}`,
		retry: 'repeatable',
		schema: assetSchema,
	});
}
