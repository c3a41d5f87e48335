import { isObject, jsonObject } from './apiRequest.ts';
import type { ApiRequest } from './apiRequest.ts';
import { apiTime, now } from './clock.ts';
import { isUuid, newId } from './ids.ts';
import { page } from './listing.ts';
import { ApiError, empty, invalid, json, notFound } from './reply.ts';
import type { ErrorDetail } from './reply.ts';
import type { Router } from './router.ts';
import type { World } from './world.ts';

const MOST_BYTES = 52_428_800;
const TYPES = [
	'image/png',
	'image/jpeg',
	'image/webp',
	'image/gif',
	'image/avif',
	'video/mp4',
	'video/quicktime',
	'video/webm',
	'audio/mpeg',
	'audio/wav',
];

/** An upload, and the asset that it becomes once confirmed. */
export interface Asset {
	id: string;
	filename: string;
	mimeType: string;
	sizeBytes: number;
	/** What was stored, null until the bytes came. */
	bytes: Buffer | null;
	folderId: string | null;
	confirmed: boolean;
	createdAt: number;
	updatedAt: number;
}

/** The three-step upload and the assets it makes. */
export function addAssetRoutes(router: Router, world: World): void {
	router.add('POST /v1/asset-uploads', (request) => {
		const asset = newAsset(jsonObject(request));
		world.assets.set(asset.id, asset);
		const upload_url = world.urls.sign(`/uploads/${asset.id}`);
		return json(201, { asset_id: asset.id, upload_url });
	});
	router.add('PUT /uploads/:asset_id', (request, [id]) => {
		if (request.headers.authorization !== undefined) {
			throw new ApiError(400, 'INVALID_ARGUMENT', 'A presigned URL takes no Authorization header');
		}
		world.urls.check(request.path, request.query);
		store(knownAsset(world, id), request);
		return empty(200);
	});
	router.add('POST /v1/asset-uploads/:asset_id/confirmations', (request, [id]) => {
		const asset = knownAsset(world, id);
		const folder = request.body.length > 0 ? jsonObject(request).folder_id : null;
		if (
			folder !== undefined &&
			folder !== null &&
			!(typeof folder === 'string' && isUuid(folder))
		) {
			throw invalid([
				{ loc: ['folder_id'], msg: 'Input should be a valid UUID', type: 'uuid_parsing' },
			]);
		}
		if (!asset.bytes) {
			throw invalid([{ loc: ['asset_id'], msg: 'Nothing was uploaded yet', type: 'value_error' }]);
		}
		asset.folderId = folder ?? null;
		asset.confirmed = true;
		asset.updatedAt = now();
		return json(201, assetView(asset, world));
	});
	router.add('GET /v1/assets/types', (request) => {
		const view = (mime_type: string) => ({ mime_type, asset_type: mime_type.split('/')[0] });
		return json(200, page(request, TYPES, view, world.settings.cursorStyle, world.baseUrl));
	});
	router.add('GET /v1/assets/:asset_id', (_request, [id]) => {
		const asset = knownAsset(world, id);
		if (!asset.confirmed) throw notFound('Asset');
		return json(200, assetView(asset, world));
	});
}

function knownAsset(world: World, id: string): Asset {
	const asset = world.assets.get(id);
	if (!asset) throw notFound('Asset');
	return asset;
}

function newAsset(body: Record<string, unknown>): Asset {
	const { filename, mime_type: mimeType, size_bytes: sizeBytes } = body;
	const errors: ErrorDetail[] = [];
	const refuse = (name: string, msg: string) =>
		errors.push({ loc: [name], msg, type: 'value_error' });
	const isText = (value: unknown, most: number): value is string =>
		typeof value === 'string' && value.length >= 1 && value.length <= most;
	if (!isText(filename, 500)) refuse('filename', 'String should have 1 to 500 characters');
	if (!isText(mimeType, 255)) refuse('mime_type', 'String should have 1 to 255 characters');
	else if (!TYPES.includes(mimeType)) refuse('mime_type', `Unsupported type ${mimeType}`);
	const isSize = Number.isInteger(sizeBytes) && Number(sizeBytes) >= 1;
	if (!isSize || Number(sizeBytes) > MOST_BYTES) {
		refuse('size_bytes', `Input should be an integer from 1 to ${MOST_BYTES}`);
	}
	if (errors.length > 0) throw invalid(errors);
	const createdAt = now();
	return {
		id: newId(),
		filename: String(filename),
		mimeType: String(mimeType),
		sizeBytes: Number(sizeBytes),
		bytes: null,
		folderId: null,
		confirmed: false,
		createdAt,
		updatedAt: createdAt,
	};
}

function store(asset: Asset, request: ApiRequest): void {
	if (request.headers['content-type'] !== asset.mimeType) {
		throw new ApiError(403, 'SIGNATURE_MISMATCH', `Content-Type must be ${asset.mimeType}`);
	}
	if (request.body.length !== asset.sizeBytes) {
		throw new ApiError(400, 'BAD_SIZE', `Expected ${asset.sizeBytes} bytes`);
	}
	asset.bytes = request.body;
}

function assetView(asset: Asset, world: World): Record<string, unknown> {
	return {
		id: asset.id,
		org_id: world.options.organizationId,
		folder_id: asset.folderId,
		name: asset.filename,
		r2_key: `assets/${asset.id}`,
		url: world.urls.sign(`/files/${asset.id}`),
		thumbnail_url: null,
		mime_type: asset.mimeType,
		size_bytes: asset.sizeBytes,
		asset_type: asset.mimeType.split('/')[0],
		source_type: 'upload',
		source_id: null,
		created_by: null,
		created_at: apiTime(asset.createdAt),
		updated_at: apiTime(asset.updatedAt),
		deleted_at: null,
		deleted_by: null,
		created_by_user: null,
	};
}

/** Whether a value is a picture reference: a web address, a small data URI or a confirmed asset. */
export function mediaProblem(value: unknown, assets: Map<string, Asset>): string | null {
	if (isObject(value) || typeof value !== 'string') return 'Input should be a valid string';
	if (value.startsWith('data:')) return value.length > 1_398_102 ? 'Data URI is too large' : null;
	const reference = /^runflow:\/\/assets\/(.+)$/.exec(value);
	if (reference) return assets.get(reference[1])?.confirmed ? null : 'Asset not found';
	return /^https?:\/\/[^\s/]+/.test(value) ? null : 'Input should be a valid URL';
}
