import type { ServerResponse } from 'node:http';

import type { DownloadOptions } from '../../../../../nodes/Runflow/runflow/files/download.ts';
import { EgressRefusedError, type FileAccess } from '../../../../../nodes/Runflow/runflow/index.ts';
import { startEmulator } from '../../../../emulator/emulator.ts';
import { rejection } from '../../../../fakes/api.ts';
import { adapter } from '../../../../fakes/adapters.ts';
import { cut, hostOf, part, refused, whole } from '../../../../fakes/fileHost.ts';
import { bytesAt, downloaded, makeFiles } from '../../../../fakes/files.ts';
import { emulatorOfEachTest } from '../../../../fakes/emulatorOfEachTest.ts';
import { closeServers } from '../../../../fakes/server.ts';

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

describe('download: links', () => {
	it('asks for a fresh link once when the link has expired', async () => {
		const hasty = await startEmulator({ processingMs: 5, signedUrlTtlMs: 1 });
		const expired = (await makeFiles(hasty, 1)).links[0];
		const right = await bytesAt(link);
		const asked: string[] = [];
		const freshUrl = async () => {
			asked.push('fresh');
			return link;
		};
		expect((await fetched(expired, { freshUrl })).equals(right)).toBe(true);
		expect(await rejection(fetched(expired, { freshUrl: async () => expired }))).toMatchObject({
			fault: 'status',
			status: 403,
		});
		expect(await rejection(fetched(expired, { freshUrl: async () => undefined }))).toMatchObject({
			status: 403,
		});
		expect(asked).toEqual(['fresh']);
		await hasty.close();
	});

	it('goes on at a fresh link when the link expires on the way', async () => {
		const { url } = await hostOf(cut('abc', 6), refused(403));
		const fresh = await hostOf(part('def', '3-5/6'));
		expect((await fetched(url, { freshUrl: async () => fresh.url })).toString()).toBe('abcdef');
		expect(fresh.seen).toMatchObject([{ range: 'bytes=3-', 'if-range': '"one"' }]);
	});

	it('follows redirects to other hosts, and takes nothing of the credential anywhere', async () => {
		const target = await hostOf(whole('abc'));
		const { url, seen } = await hostOf((response) =>
			response.writeHead(302, { location: target.url }).end(),
		);
		expect((await fetched(url)).toString()).toBe('abc');
		for (const headers of [...seen, ...target.seen]) {
			expect(Object.keys(headers)).not.toContain('authorization');
			expect(Object.keys(headers)).not.toContain('x-organization-id');
			expect(Object.keys(headers)).not.toContain('cookie');
		}
	});

	it('follows five redirects, relative ones too, but not six', async () => {
		const hop = (response: ServerResponse) => response.writeHead(307, { location: '/next' }).end();
		const five = await hostOf(hop, hop, hop, hop, hop, whole('abc'));
		expect((await fetched(five.url)).toString()).toBe('abc');
		const six = await hostOf(hop, hop, hop, hop, hop, hop, whole('abc'));
		expect(await rejection(fetched(six.url))).toMatchObject({ fault: 'address' });
	});

	it.each([
		'http://files.test/a',
		'http://127.0.0.2/a',
		'ftp://files.test/a',
		'file:///etc/passwd',
	])('does not go to %s, not even by a redirect', async (location) => {
		expect(await rejection(fetched(location))).toMatchObject({ fault: 'address' });
		const { url } = await hostOf((response) => response.writeHead(302, { location }).end());
		expect(await rejection(fetched(url))).toMatchObject({ fault: 'address' });
	});

	it('takes http on this machine only where the API is there too', async () => {
		const access = { baseUrl: 'https://api.runflow.io' };
		expect(await rejection(fetched(link, {}, access))).toMatchObject({ fault: 'address' });
	});

	it('asks the egress policy about every hop', async () => {
		const asked: string[] = [];
		const { url } = await hostOf((response) =>
			response.writeHead(302, { location: 'https://10.0.0.1/a' }).end(),
		);
		const check = async ({ host }: URL) => {
			asked.push(host);
			if (host === '10.0.0.1') throw new EgressRefusedError('private address');
		};
		const transport = adapter.transport({ policy: { pool: {}, check } });
		expect(await rejection(fetched(url, {}, { transport }))).toBeInstanceOf(EgressRefusedError);
		expect(asked).toEqual([new URL(url).host, '10.0.0.1']);
	});
});
