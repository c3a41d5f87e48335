import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { UndiciTransport } from '../../../editions/undici/index.ts';
import { EgressRefusedError } from '../../../nodes/Runflow/runflow/index.ts';
import { bytesOf } from '../../fakes/fileHost.ts';
import { rejection } from '../../fakes/api.ts';
import { oneErrorRealm } from '../../fakes/realm.ts';
import { closeServers, startServer } from '../../fakes/server.ts';

// What every adapter does is in test/editions/transport.test.ts; here is what is undici's own.

oneErrorRealm();

const LIMITS = { connect: 5_000, headers: 5_000, body: 5_000 };
const transports: UndiciTransport[] = [];

function transport(timeLimits = LIMITS): UndiciTransport {
	const created = new UndiciTransport({ timeLimits });
	transports.push(created);
	return created;
}

const get = (url: string, signal?: AbortSignal) => ({
	method: 'GET' as const,
	url: new URL(url),
	headers: { authorization: 'Bearer secret-key' },
	signal,
});

afterEach(async () => {
	await Promise.all(transports.splice(0).map(async (each) => await each.close()));
	await closeServers();
});

describe('UndiciTransport', () => {
	it('keeps its connections for the next requests', async () => {
		const ports = new Set<number | undefined>();
		const url = await startServer((request, response) => {
			ports.add(request.socket.remotePort);
			response.end('ok');
		});
		const shared = transport();
		for (let round = 0; round < 20; round++) await bytesOf((await shared.send(get(url))).chunks());
		expect(ports.size).toBeLessThanOrEqual(2);
	});

	it('gives up when no headers come in time', async () => {
		const url = await startServer(() => {});
		const error = await rejection(transport({ ...LIMITS, headers: 20 }).send(get(url)));
		expect(error).toMatchObject({ kind: 'timeout', code: 'UND_ERR_HEADERS_TIMEOUT' });
	});

	it('gives up when a body falls silent', async () => {
		const url = await startServer((_, response) => {
			response.writeHead(200, { 'content-length': '100' });
			response.write('half');
		});
		const answer = await transport({ ...LIMITS, body: 20 }).send(get(url));
		expect(await rejection(bytesOf(answer.chunks()))).toMatchObject({
			kind: 'timeout',
			code: 'UND_ERR_BODY_TIMEOUT',
		});
	});

	it.each([403, 407, 502])('says so when a proxy answers %d instead', async (status) => {
		const proxy = createServer().on('connect', (_, socket) => {
			socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
		});
		await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
		const { port } = proxy.address() as AddressInfo;
		process.env.HTTPS_PROXY = `http://127.0.0.1:${port}`;
		const proxied = transport();
		delete process.env.HTTPS_PROXY;
		const error = await rejection(proxied.send(get('https://api.runflow.test')));
		expect(error).toMatchObject({
			kind: status < 500 ? 'proxyRefused' : 'proxyFailed',
			code: `PROXY_${status}`,
			unsent: true,
		});
		await new Promise((resolve) => proxy.close(resolve));
	});
});

describe('UndiciTransport: the egress policy', () => {
	it('resolves names with its own lookup', async () => {
		const url = await startServer((_, response) => response.end('ok'));
		const names: string[] = [];
		const guarded = new UndiciTransport({
			timeLimits: LIMITS,
			policy: {
				pool: {},
				check: async () => {},
				lookup: (name, _options, callback) => {
					names.push(name);
					callback(null, [{ address: '127.0.0.1', family: 4 }]);
				},
			},
		});
		transports.push(guarded);
		const answer = await guarded.send(get(url.replace('127.0.0.1', 'runflow.invalid')));
		expect((await bytesOf(answer.chunks())).toString()).toBe('ok');
		expect(names).toEqual(['runflow.invalid']);
	});

	it('passes on the refusal of a lookup, with nothing sent', async () => {
		const refusal = new EgressRefusedError('a blocked address');
		const guarded = new UndiciTransport({
			timeLimits: LIMITS,
			policy: {
				pool: {},
				check: async () => {},
				lookup: (_name, _options, callback) => callback(refusal, []),
			},
		});
		transports.push(guarded);
		expect(await rejection(guarded.send(get('http://runflow.invalid/')))).toBe(refusal);
	});
});
