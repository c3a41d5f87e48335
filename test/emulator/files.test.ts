import { inflateSync } from 'node:zlib';

import { call } from './apiClient.ts';
import { startEmulator } from './emulator.ts';
import type { Emulator } from './emulator.ts';

let emulator: Emulator;

beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 5 });
});
afterEach(() => emulator.close());

async function resultUrl(model: string, item: object, on = emulator): Promise<string> {
	const { json } = await call(on, `POST /v1/models/${model}/batches`, { input: [item] });
	await on.settled();
	const batch = await call(on, `GET /v1/batches/${json.id}`);
	return batch.json.output.items[0].output.outputs[0].url;
}

async function upload(mime = 'image/png', size = 3) {
	const body = { filename: 'a.png', mime_type: mime, size_bytes: size };
	return await call(emulator, 'POST /v1/asset-uploads', body);
}

describe('results', () => {
	it('are real pictures, different for every run', async () => {
		const one = await fetch(await resultUrl('runflow/smart-resize', resize()));
		const two = await fetch(await resultUrl('runflow/smart-resize', resize()));
		expect(one.headers.get('content-type')).toBe('image/png');
		const [first, second] = await Promise.all([one.arrayBuffer(), two.arrayBuffer()]);
		const png = Buffer.from(first);
		expect(png.subarray(1, 4).toString()).toBe('PNG');
		const size = png.readUInt32BE(33);
		expect(inflateSync(png.subarray(41, 41 + size))).toHaveLength(128 * (1 + 128 * 3));
		expect(png.equals(Buffer.from(second))).toBe(false);
	});

	it('can be as large as asked for and be read in ranges', async () => {
		const url = await resultUrl('acme/big-files', { output_bytes: 300_000 });
		const whole = await fetch(url);
		expect(whole.headers.get('content-length')).toBe('300000');
		const etag = whole.headers.get('etag') ?? '';
		const bytes = Buffer.from(await whole.arrayBuffer());
		expect(bytes).toHaveLength(300_000);
		const part = await fetch(url, { headers: { range: 'bytes=1000-199999', 'if-range': etag } });
		expect(part.status).toBe(206);
		expect(part.headers.get('content-range')).toBe('bytes 1000-199999/300000');
		expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(1000, 200_000))).toBe(true);
		const beyond = await fetch(url, { headers: { range: 'bytes=300000-' } });
		expect(beyond.status).toBe(416);
	});

	it('of a video model are films', async () => {
		const film = await fetch(await resultUrl('acme/text-to-video', { prompt: 'a' }));
		expect(film.headers.get('content-type')).toBe('video/mp4');
		expect(Buffer.from(await film.arrayBuffer()).toString('latin1', 4, 8)).toBe('ftyp');
	});

	it('need a signature that is right and not expired', async () => {
		const url = await resultUrl('acme/text-to-video', { prompt: 'a' });
		const forged = await fetch(url.replace(/expires=\d/, 'expires=9'));
		expect(forged.status).toBe(403);
		const hasty = await startEmulator({ processingMs: 5, signedUrlTtlMs: 0 });
		const late = await fetch(await resultUrl('acme/text-to-video', { prompt: 'a' }, hasty));
		await hasty.close();
		expect([late.status, await late.json()]).toMatchObject([403, { code: 'URL_EXPIRED' }]);
	});
});

function resize() {
	return { image_url: 'https://example.com/a.png', aspect_ratio: '1:1' };
}

describe('uploads', () => {
	it('become assets that models take', async () => {
		const { json, status } = await upload();
		expect(status).toBe(201);
		const input = [{ image_url: `runflow://assets/${json.asset_id}` }];
		const create = () =>
			call(emulator, 'POST /v1/models/runflow/background-removal/batches', { input });
		expect((await create()).status).toBe(422);
		const headers = { 'content-type': 'image/png' };
		const put = await fetch(json.upload_url, { method: 'PUT', headers, body: 'abc' });
		expect(put.status).toBe(200);
		const confirm = `POST /v1/asset-uploads/${json.asset_id}/confirmations`;
		const confirmed = await call(emulator, confirm, {});
		expect(confirmed.status).toBe(201);
		expect(confirmed.json).toMatchObject({ name: 'a.png', size_bytes: 3, asset_type: 'image' });
		expect(emulator.assets.get(json.asset_id)?.bytes?.toString()).toBe('abc');
		const asset = await call(emulator, `GET /v1/assets/${json.asset_id}`);
		expect(await (await fetch(asset.json.url)).text()).toBe('abc');
		expect((await create()).status).toBe(201);
	});

	it('are refused for size and type', async () => {
		expect((await upload('image/png', 52_428_801)).status).toBe(422);
		expect((await upload('image/png', 0)).status).toBe(422);
		expect((await upload('text/html')).status).toBe(422);
	});

	it.each([
		[
			'an Authorization header',
			{ authorization: 'Bearer x', 'content-type': 'image/png' },
			'abc',
			400,
		],
		['another type', { 'content-type': 'image/jpeg' }, 'abc', 403],
		['another length', { 'content-type': 'image/png' }, 'abcd', 400],
	])('with %s are refused', async (_name, headers, body, status) => {
		const { json } = await upload();
		const put = await fetch(json.upload_url, {
			method: 'PUT',
			headers: headers as Record<string, string>,
			body,
		});
		expect(put.status).toBe(status);
		const confirm = `POST /v1/asset-uploads/${json.asset_id}/confirmations`;
		expect((await call(emulator, confirm, {})).status).toBe(422);
	});
});
