import { Readable } from 'node:stream';

import {
	FileTransferError,
	RunflowApiError,
} from '../../../../../nodes/Runflow/runflow/http/errors.ts';
import {
	contentHash,
	uploadAsset,
	UPLOAD_LIMITS,
	type FileToUpload,
} from '../../../../../nodes/Runflow/runflow/files/assets.ts';
import { startEmulator, type Emulator } from '../../../../emulator/emulator.ts';
import { fakeApi, rejection } from '../../../../fakes/api.ts';
import { fakeFileAccess } from '../../../../fakes/files.ts';
import { answerOf } from '../../../../fakes/transport.ts';
import { instantRetries } from '../../../../fakes/retries.ts';
import { oneErrorRealm } from '../../../../fakes/realm.ts';
import { Api } from '../../../../../nodes/Runflow/runflow/index.ts';
import { adapter } from '../../../../fakes/adapters.ts';

oneErrorRealm();

let emulator: Emulator;

beforeEach(async () => {
	emulator = await startEmulator();
});
afterEach(async () => await emulator.close());

const bytes = Buffer.alloc(300_000, 'picture ');

/** A file that counts how often it is read. */
function file(change: Partial<FileToUpload> = {}): FileToUpload & { opened: number } {
	const counted = {
		name: 'a.png',
		mimeType: 'image/png',
		sizeBytes: bytes.length,
		opened: 0,
		open: async () => {
			counted.opened += 1;
			return Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)]);
		},
		...change,
	};
	return counted;
}

function upload(of: FileToUpload, baseUrl = emulator.url) {
	const { policy: retryPolicy, clock } = instantRetries();
	const api = new Api({
		transport: adapter.transport(),
		baseUrl,
		apiKey: emulator.apiKey,
		organizationId: emulator.organizationId,
		clock,
		retryPolicy,
	});
	return uploadAsset(api, fakeFileAccess(baseUrl), of);
}

const requestsTo = (start: string) =>
	emulator.requests.filter(({ method, path }) => `${method} ${path}`.startsWith(start));

describe('uploadAsset', () => {
	it.each([
		['a stream', file()],
		['a buffer', file({ open: async () => bytes })],
	])('stores %s and gives back the asset with its reference', async (_name, of) => {
		const asset = await upload(of);
		expect(emulator.assets.get(asset.asset_id)?.bytes?.equals(bytes)).toBe(true);
		expect(asset).toMatchObject({
			ref: `runflow://assets/${asset.asset_id}`,
			url: expect.stringMatching(/^http/),
			mime_type: 'image/png',
			size_bytes: 300_000,
			name: 'a.png',
			asset_type: 'image',
		});
	});

	it('tells the presigned address type and length, but neither key nor organization', async () => {
		await upload(file());
		const [put] = requestsTo('PUT ');
		expect(put.headers).toMatchObject({ 'content-type': 'image/png', 'content-length': '300000' });
		expect(put.headers['transfer-encoding']).toBeUndefined();
		expect(put.headers.authorization).toBeUndefined();
		expect(put.headers['x-organization-id']).toBeUndefined();
		const [confirmation] = requestsTo('POST /v1/asset-uploads/');
		expect(confirmation.body.toString()).toBe('{}');
		expect(confirmation.headers['x-organization-id']).toBe(emulator.organizationId);
	});

	it.each([
		['PUT *', 'reset-before'],
		['PUT *', 'reset-after'],
		['PUT *', 'status'],
		['POST /v1/asset-uploads', 'reset-after'],
		['POST /v1/asset-uploads/*/confirmations', 'reset-after'],
		['POST /v1/asset-uploads/*/confirmations', 'status'],
	] as const)('survives %s: %s, sending the whole file again', async (on, kind) => {
		emulator.faults.add({ on, kind, times: 2 });
		const asset = await upload(file());
		expect(emulator.assets.get(asset.asset_id)).toMatchObject({ confirmed: true });
		expect(emulator.assets.get(asset.asset_id)?.bytes?.equals(bytes)).toBe(true);
	});

	it('asks for a new session when the address has expired', async () => {
		emulator.faults.add({ on: 'PUT *', kind: 'status', status: 403, times: 1 });
		const of = file();
		const asset = await upload(of);
		expect(requestsTo('POST /v1/asset-uploads').length).toBe(3);
		expect(of.opened).toBe(2);
		expect(emulator.assets.get(asset.asset_id)?.confirmed).toBe(true);
	});

	it('gives up on addresses that are always expired', async () => {
		emulator.faults.add({ on: 'PUT *', kind: 'status', status: 403, times: Infinity });
		expect(await rejection(upload(file()))).toMatchObject({ fault: 'status', status: 403 });
		expect(requestsTo('PUT ')).toHaveLength(3);
	});

	it('does not repeat what the store refuses', async () => {
		const of = file({ sizeBytes: bytes.length + 1, open: async () => bytes });
		expect(await rejection(upload(of))).toMatchObject({ kind: 'unsendable' });
		emulator.faults.add({ on: 'PUT *', kind: 'status', status: 400, times: Infinity });
		expect(await rejection(upload(file()))).toMatchObject({ fault: 'status', status: 400 });
		expect(requestsTo('PUT ')).toHaveLength(1);
	});

	it('looks up an asset whose confirmation is refused after its answer was lost', async () => {
		emulator.faults.add({
			on: 'POST /v1/asset-uploads/*/confirmations',
			kind: 'status',
			status: 409,
			work: true,
			times: 1,
		});
		expect(await upload(file())).toMatchObject({ name: 'a.png', size_bytes: 300_000 });
	});

	it.each([0, UPLOAD_LIMITS.bytes + 1])(
		'refuses %d bytes before anything is sent',
		async (size) => {
			const error = await rejection(upload(file({ sizeBytes: size })));
			expect(error).toBeInstanceOf(FileTransferError);
			expect(error).toMatchObject({ fault: 'size' });
			expect(emulator.requests).toEqual([]);
		},
	);

	it('passes on that Runflow does not take the type', async () => {
		const error = await rejection(upload(file({ mimeType: 'text/html' })));
		expect(error).toBeInstanceOf(RunflowApiError);
		expect(error).toMatchObject({ status: 422, fieldErrors: [{ path: 'mime_type' }] });
	});

	it.each(['http://files.test/put', 'http://127.0.0.2/put', 'ftp://127.0.0.1/put', 'nonsense'])(
		'sends nothing to the address %s',
		async (upload_url) => {
			const api = fakeApi({
				transport: {
					send: async () => answerOf(() => ({ asset_id: 'x', upload_url }), 201),
				},
			});
			const of = file();
			const access = fakeFileAccess('http://127.0.0.1:1');
			expect(await rejection(uploadAsset(api, access, of))).toMatchObject({ fault: 'address' });
			expect(of.opened).toBe(0);
		},
	);
});

describe('contentHash', () => {
	it('is that of the bytes and the type, however they are read', async () => {
		const hashes = await Promise.all([
			contentHash(file()),
			contentHash(file({ name: 'b.png', open: async () => bytes })),
			contentHash(file({ mimeType: 'image/jpeg' })),
			contentHash(file({ open: async () => Buffer.from('other') })),
		]);
		expect(hashes[0]).toBe(hashes[1]);
		expect(new Set(hashes).size).toBe(3);
	});
});
