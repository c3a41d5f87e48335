import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';

import {
	EgressRefusedError,
	RequestCancelledError,
	RunflowConnectionError,
} from '../../../../../nodes/Runflow/runflow/index.ts';
import { UndiciTransport } from '../../../../../nodes/Runflow/runflow/node/index.ts';
import { bytesOf } from '../../../../fakes/fileHost.ts';
import { rejection } from '../../../../fakes/api.ts';
import { oneErrorRealm } from '../../../../fakes/realm.ts';
import { bodyOf, closedAddress, closeServers, startServer } from '../../../../fakes/server.ts';

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
	it('sends method, path, headers and body, and gives status, headers and body back', async () => {
		const url = await startServer((request, response) => {
			void bodyOf(request).then((body) => {
				response.writeHead(418, { 'X-Answer': 'yes' });
				response.end(`${request.method} ${request.url} ${request.headers['x-ask']} ${body}`);
			});
		});
		const answer = await transport().send({
			method: 'PUT',
			url: new URL(`${url}/a%20b?c=%C3%B6`),
			headers: { 'x-ask': 'please' },
			body: 'grüße',
		});
		expect(answer.status).toBe(418);
		expect(answer.headers['x-answer']).toBe('yes');
		expect((await bytesOf(answer.chunks())).toString()).toBe('PUT /a%20b?c=%C3%B6 please grüße');
	});

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

	it('follows no redirect', async () => {
		const visits: Array<string | undefined> = [];
		const url = await startServer((request, response) => {
			visits.push(request.url);
			response.writeHead(302, { location: '/elsewhere' }).end();
		});
		const answer = await transport().send(get(`${url}/`));
		await answer.discard();
		expect([answer.status, visits]).toEqual([302, ['/']]);
	});

	it('says that nothing was sent when nothing listens', async () => {
		const error = await rejection(transport().send(get(await closedAddress())));
		expect(error).toMatchObject({ kind: 'refused', code: 'ECONNREFUSED', unsent: true });
		expect(inspect(error, { depth: Infinity })).not.toContain('secret-key');
	});

	it('does not say so when the connection is reset after the request', async () => {
		const url = await startServer((request) => request.socket.resetAndDestroy());
		const error = await rejection(transport().send(get(url)));
		expect(error).toBeInstanceOf(RunflowConnectionError);
		expect(error).toMatchObject({ kind: 'lost', code: 'ECONNRESET', unsent: false });
	});

	it('calls a body that ends early a failure', async () => {
		const url = await startServer((_, response) => {
			response.writeHead(200, { 'content-length': '100' });
			response.write('{"half": ', () => response.socket?.destroy());
		});
		const answer = await transport().send(get(url));
		const error = await rejection(bytesOf(answer.chunks()));
		expect(error).toBeInstanceOf(RunflowConnectionError);
		expect(error).toMatchObject({ unsent: false });
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

	it('calls an answer that is no HTTP a failure of the connection', async () => {
		const url = await startServer((request) => request.socket.end('SSH-2.0-OpenSSH\r\n'));
		const error = await rejection(transport().send(get(url)));
		expect(error).toMatchObject({ kind: 'protocol', unsent: false });
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

describe('UndiciTransport: cancelling', () => {
	it('sends nothing once cancelled', async () => {
		let requests = 0;
		const url = await startServer((_, response) => {
			requests += 1;
			response.end();
		});
		const error = await rejection(transport().send(get(url, AbortSignal.abort())));
		expect(error).toBeInstanceOf(RequestCancelledError);
		expect(requests).toBe(0);
	});

	it('ends a request that waits for its answer', async () => {
		const controller = new AbortController();
		const url = await startServer(() => controller.abort());
		const error = await rejection(transport().send(get(url, controller.signal)));
		expect(error).toBeInstanceOf(RequestCancelledError);
	});

	it('ends an answer that is being read', async () => {
		const controller = new AbortController();
		const url = await startServer((_, response) => {
			response.writeHead(200, { 'content-length': '100' });
			response.write('half');
		});
		const answer = await transport().send(get(url, controller.signal));
		const bytes = rejection(bytesOf(answer.chunks()));
		controller.abort();
		expect(await bytes).toBeInstanceOf(RequestCancelledError);
	});
});

describe('UndiciTransport: the egress policy', () => {
	it('is asked before anything is sent, and its refusal passed on', async () => {
		let requests = 0;
		const url = await startServer((_, response) => {
			requests += 1;
			response.end();
		});
		const refusal = new EgressRefusedError('not there');
		const asked: string[] = [];
		const guarded = new UndiciTransport({
			policy: {
				pool: {},
				check: async ({ href }) => {
					asked.push(href);
					throw refusal;
				},
			},
		});
		expect(await rejection(guarded.send(get(`${url}/x`)))).toBe(refusal);
		expect([asked, requests]).toEqual([[`${url}/x`], 0]);
	});

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
