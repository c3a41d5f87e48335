import type { ApiRequest } from './apiRequest.ts';
import { ApiError, bytes, notFound } from './reply.ts';
import type { ByteSource, Reply } from './reply.ts';
import { contentType, fileBytes } from './resultFile.ts';
import type { Router } from './router.ts';
import type { World } from './world.ts';

/** Downloads of results and assets by signed URL, with ranges and entity tags. */
export function addFileRoutes(router: Router, world: World): void {
	router.add('GET /files/:name', (request, [name]) => {
		world.urls.check(request.path, request.query);
		const id = name.replace(/\.\w+$/, '');
		const made = world.files.get(id);
		if (made) return fileReply(request, id, contentType(made), fileBytes(made));
		const asset = world.assets.get(id);
		if (asset?.bytes) return fileReply(request, id, asset.mimeType, bytes(asset.bytes));
		throw notFound('File');
	});
}

function fileReply(request: ApiRequest, id: string, type: string, body: ByteSource): Reply {
	const etag = `"${id}-${body.size}"`;
	const headers: Record<string, string> = {
		'content-type': type,
		'accept-ranges': 'bytes',
		etag,
		'cache-control': 'private',
	};
	const wanted = request.headers['if-match'];
	if (wanted && wanted !== '*' && wanted !== etag) {
		throw new ApiError(412, 'PRECONDITION_FAILED', 'The file is another one');
	}
	const ifRange = request.headers['if-range'];
	const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '');
	if (!range || (range[1] === '' && range[2] === '') || (ifRange && ifRange !== etag)) {
		return { status: 200, headers, body };
	}
	const fromEnd = range[1] === '';
	const start = fromEnd ? Math.max(0, body.size - Number(range[2])) : Number(range[1]);
	const last =
		fromEnd || range[2] === '' ? body.size - 1 : Math.min(body.size - 1, Number(range[2]));
	if (start > last) {
		headers['content-range'] = `bytes */${body.size}`;
		return { status: 416, headers, body: bytes(Buffer.alloc(0)) };
	}
	headers['content-range'] = `bytes ${start}-${last}/${body.size}`;
	const part = {
		size: last - start + 1,
		chunk: (at: number, n: number) => body.chunk(start + at, n),
	};
	return { status: 206, headers, body: part };
}
