import { inspect } from 'node:util';

import {
	download,
	type DownloadOptions,
} from '../../../../../nodes/Runflow/runflow/files/download.ts';
import {
	RequestCancelledError,
	type FileAccess,
} from '../../../../../nodes/Runflow/runflow/index.ts';
import { rejection } from '../../../../fakes/api.ts';
import { adapter } from '../../../../fakes/adapters.ts';
import { bytesOf, cut, hostOf, part, refused, whole } from '../../../../fakes/fileHost.ts';
import { bytesAt, downloaded, fakeFileAccess, makeFiles } from '../../../../fakes/files.ts';
import { emulatorOfEachTest } from '../../../../fakes/emulatorOfEachTest.ts';
import { closeServers } from '../../../../fakes/server.ts';
import { testedEdition } from '../../../../n8n/edition.ts';

const emulator = emulatorOfEachTest({ processingMs: 5 });
let link: string;

beforeEach(async () => {
	[link] = (await makeFiles(emulator(), 1)).links;
});
afterEach(async () => await closeServers());

const fetched = (
	address = link,
	options: Partial<DownloadOptions> = {},
	access: Partial<FileAccess> = {},
): Promise<Buffer> => downloaded(emulator().url, address, options, access);

describe('download', () => {
	it('gives the bytes, the name, the type and the size', async () => {
		const { chunks, close, ...about } = await download(fakeFileAccess(emulator().url), link, {
			maxBytes: 300_000,
		});
		expect(about).toEqual({
			fileName: new URL(link).pathname.split('/').pop(),
			contentType: 'image/png',
			sizeBytes: 300_000,
		});
		expect((await bytesOf(adapter.toStream({ chunks, close }))).equals(await bytesAt(link))).toBe(
			true,
		);
	});

	it.each(['reset-before', 'reset-after', 'truncated', 'status', 'html-502'] as const)(
		'survives %s',
		async (kind) => {
			const right = await bytesAt(link);
			emulator().faults.add({ on: 'GET /files/*', kind, times: 3 });
			expect((await fetched()).equals(right)).toBe(true);
		},
	);

	it('goes on where a connection broke off, with the validator of the file', async () => {
		emulator().faults.add({ on: 'GET /files/*', kind: 'truncated', times: 1 });
		const earlier = emulator().requests.length;
		await fetched();
		const [first, second] = emulator().requests.slice(earlier);
		expect(first.headers.range).toBeUndefined();
		expect(second.headers.range).toBe('bytes=150000-');
		expect(second.headers['if-range']).toMatch(/^".+"$/);
		expect(second.status).toBe(206);
	});

	it('goes on after a body that falls silent', async () => {
		const transport = adapter.transport({ limits: { answerMs: 5_000, silenceMs: 50 } });
		const right = await bytesAt(link);
		emulator().faults.add({ on: 'GET /files/*', kind: 'never-ends', times: 1 });
		emulator().faults.add({ on: 'GET /files/*', kind: 'slow-body', ms: 5, times: 1 });
		expect((await fetched(link, {}, { transport })).equals(right)).toBe(true);
		await transport.close?.();
	});

	it('gives up when the file ends early every time', async () => {
		const { url, seen } = await hostOf(cut('', 10));
		expect(await rejection(fetched(url))).toMatchObject({ name: 'RunflowConnectionError' });
		expect(seen.length).toBeGreaterThan(1);
	});

	it.each([
		[
			'that it cannot go on at a host without strong entity tags',
			cut('abc', 6, { etag: 'W/"one"' }),
			whole('abcdef'),
			'incomplete',
		],
		['that the host ignores ranges', cut('abc', 6), whole('abcdef'), 'changed'],
		['that the file has changed', cut('abc', 6), whole('uvwxyz', { etag: '"two"' }), 'changed'],
		['that a part is of another file', cut('abc', 6), part('xyz', '3-5/6', '"two"'), 'changed'],
		['that a part starts elsewhere', cut('abc', 6), part('bcdef', '1-5/6'), 'changed'],
		['that the file has another length', cut('abc', 6), part('defg', '3-6/7'), 'changed'],
		['that the range is beyond the file', cut('abc', 6), refused(416), 'changed'],
	])('says %s', async (_name, first, second, fault) => {
		const { url } = await hostOf(first, second);
		expect(await rejection(fetched(url))).toMatchObject({ name: 'FileTransferError', fault });
	});

	it('starts again when nothing was handed on yet, whatever the host offers', async () => {
		const { url } = await hostOf(cut('', 6, {}), whole('abcdef', { etag: '' }));
		expect((await fetched(url)).toString()).toBe('abcdef');
	});

	it('takes a body without a length to its end', async () => {
		const { url } = await hostOf((response) => response.end('abc'));
		expect((await fetched(url)).toString()).toBe('abc');
	});

	it('refuses a body that is compressed', async () => {
		const { url, seen } = await hostOf(whole('abc', { 'content-encoding': 'gzip' }));
		// n8n's helper unpacks a body before anybody is asked, and this one is not packed at all.
		const refusal = { undici: { fault: 'changed' }, lite: { kind: 'protocol' } }[testedEdition];
		expect(await rejection(fetched(url))).toMatchObject(refusal);
		expect(seen).toMatchObject([{ 'accept-encoding': 'identity' }]);
	});

	it.each([404, 410, 403])('passes on HTTP %d where no fresh link can be had', async (status) => {
		const { url, seen } = await hostOf(refused(status));
		expect(await rejection(fetched(url))).toMatchObject({ fault: 'status', status });
		expect(seen).toHaveLength(1);
	});

	it('names the file, but not what signs its link', async () => {
		const { url } = await hostOf(refused(404));
		const error = await rejection(fetched(`${url}?signature=sensitive`));
		expect((error as Error).message).toContain('file.bin');
		expect(inspect(error, { depth: Infinity })).not.toContain('sensitive');
	});
});

describe('download: the cap', () => {
	it('refuses a file that says it is too large, before its bytes come', async () => {
		expect(await rejection(fetched(link, { maxBytes: 299_999 }))).toMatchObject({ fault: 'size' });
	});

	it('counts what really comes', async () => {
		const { url } = await hostOf((response) => response.end('x'.repeat(1_000)));
		expect((await fetched(url, { maxBytes: 1_000 })).length).toBe(1_000);
		expect(await rejection(fetched(url, { maxBytes: 999 }))).toMatchObject({ fault: 'size' });
	});
});

describe('download: giving up', () => {
	it('ends with the execution', async () => {
		const controller = new AbortController();
		emulator().faults.add({ on: 'GET /files/*', kind: 'never-ends', times: 1 });
		const file = await download(
			fakeFileAccess(emulator().url, { signal: controller.signal }),
			link,
			{
				maxBytes: 1_000_000,
			},
		);
		const stream = adapter.toStream(file);
		stream.once('data', () => controller.abort());
		expect(await rejection(bytesOf(stream))).toBeInstanceOf(RequestCancelledError);
	});

	it('lets go of its connection when nobody reads on', async () => {
		const closed = new Promise<void>((resolve) => {
			void hostOf((response) => {
				response.on('close', resolve);
				response.writeHead(200, { 'content-length': 100 });
				response.write('some');
			}).then(async ({ url }) => {
				const file = await download(fakeFileAccess(url), url, { maxBytes: 1_000 });
				adapter.toStream(file).destroy();
			});
		});
		await closed;
	});
});
