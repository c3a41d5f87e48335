import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';

import {
	EgressRefusedError,
	RequestCancelledError,
	RunflowConnectionError,
	type EgressPolicy,
	type HttpRequest,
} from '../../nodes/Runflow/runflow/index.ts';
import type { Adapter, TransportSetup } from '../fakes/adapters.ts';
import { rejection } from '../fakes/api.ts';
import { bytesOf } from '../fakes/fileHost.ts';
import { oneErrorRealm } from '../fakes/realm.ts';
import { bodyOf, closedAddress, closeServers, startServer } from '../fakes/server.ts';

const PATIENT = { answerMs: 5_000, silenceMs: 5_000 };
const KEY = 'secret-key';

const get = (url: string, change: Partial<HttpRequest> = {}): HttpRequest => ({
	method: 'GET',
	url: new URL(url),
	headers: { authorization: `Bearer ${KEY}` },
	...change,
});

/** Tests what the port promises (nodes/Runflow/runflow/http/port.ts) of an adapter, over real connections. */
export function transportContract(adapter: Adapter): void {
	oneErrorRealm();

	const open: Array<ReturnType<Adapter['transport']>> = [];
	const transport = (setup: TransportSetup = {}) => {
		const created = adapter.transport({ limits: PATIENT, ...setup });
		open.push(created);
		return created;
	};
	const textOf = async (answer: { chunks(): AsyncIterable<Uint8Array> }) =>
		(await bytesOf(answer.chunks())).toString();

	afterEach(async () => {
		await Promise.all(open.splice(0).map(async (each) => await each.close?.()));
		await closeServers();
	});

	describe('a request', () => {
		it('arrives with method, path, headers and body, and its answer whatever the status', async () => {
			const url = await startServer((request, response) => {
				void bodyOf(request).then((body) => {
					response.writeHead(418, { 'X-Answer': 'yes', 'Retry-After': '7' });
					response.end(`${request.method} ${request.url} ${request.headers['x-ask']} ${body}`);
				});
			});
			const answer = await transport().send({
				method: 'PUT',
				url: new URL(`${url}/a%20b?c=%C3%B6&d=1%2C2`),
				headers: { 'x-ask': 'please', 'content-type': 'text/plain' },
				body: 'grüße',
			});
			expect(answer.status).toBe(418);
			expect(answer.headers).toMatchObject({ 'x-answer': 'yes', 'retry-after': '7' });
			expect(await textOf(answer)).toBe('PUT /a%20b?c=%C3%B6&d=1%2C2 please grüße');
		});

		it.each([
			['JSON text as it stands', ' {"b": 1.0, "a" : [ ]}\n'],
			['an empty object', '{}'],
			['a part of some bytes', Buffer.from('-bytes-').subarray(1, 6)],
			['a view of some bytes', new Uint8Array(Buffer.from('-bytes-')).subarray(1, 6)],
		])('carries %s, with its length', async (_what, body) => {
			let length: string | undefined;
			const url = await startServer((request, response) => {
				length = request.headers['content-length'];
				void bodyOf(request).then((text) => response.end(text));
			});
			const headers = { 'content-type': 'application/json' };
			const answer = await transport().send({ method: 'POST', url: new URL(url), headers, body });
			expect(await textOf(answer)).toBe(Buffer.from(body as string).toString());
			expect(Number(length)).toBe(Buffer.byteLength(body));
		});

		it('streams a body of a length that is told', async () => {
			const piece = Buffer.alloc(100_000, 'x');
			let length: string | undefined;
			const url = await startServer((request, response) => {
				length = request.headers['content-length'];
				void bodyOf(request).then((text) => response.end(String(text.length)));
			});
			const answer = await transport().send({
				method: 'PUT',
				url: new URL(url),
				headers: { 'content-type': 'image/png', 'content-length': '500000' },
				body: Readable.from([piece, piece, piece, piece, piece], { objectMode: false }),
			});
			expect([await textOf(answer), length]).toEqual(['500000', '500000']);
		});

		it('fails when the stream that it sends does', async () => {
			const url = await startServer((request, response) => {
				void bodyOf(request).then(
					() => response.end(),
					() => {},
				);
			});
			const body = Readable.from(
				(async function* () {
					yield Buffer.alloc(10);
					throw new Error('the disk is gone');
				})(),
				{ objectMode: false },
			);
			const headers = { 'content-type': 'image/png', 'content-length': '20' };
			const sending = transport().send({ method: 'PUT', url: new URL(url), headers, body });
			expect(await rejection(sending)).toMatchObject({ unsent: false });
		});

		it('is not sent where its body is not as long as it says', async () => {
			let requests = 0;
			const url = await startServer((_, response) => {
				requests += 1;
				response.end();
			});
			const headers = { 'content-length': '9' };
			const sending = transport().send({
				method: 'PUT',
				url: new URL(url),
				headers,
				body: 'eight by',
			});
			expect(await rejection(sending)).toMatchObject({ kind: 'unsendable', unsent: true });
			expect(requests).toBe(0);
		});

		it.each(['ā', '€', 'a\nb', 'a\r\nx-more: 1', 'a\0b', 'a\x7fb'])(
			'is not sent with a header that HTTP has no bytes for: %j',
			async (value) => {
				let requests = 0;
				const url = await startServer((_, response) => {
					requests += 1;
					response.end();
				});
				const sending = transport().send(get(url, { headers: { 'idempotency-key': value } }));
				expect(await rejection(sending)).toMatchObject({ kind: 'unsendable', unsent: true });
				expect(requests).toBe(0);
			},
		);

		it('carries the values of headers as they are', async () => {
			const url = await startServer((request, response) => {
				response.end(Buffer.from(String(request.headers['idempotency-key']), 'latin1'));
			});
			const headers = { 'idempotency-key': 'a\tb ~ \x80ÿ' };
			const answer = await transport().send(get(url, { headers }));
			expect((await bytesOf(answer.chunks())).toString('latin1')).toBe('a\tb ~ \x80ÿ');
		});

		it.each([
			['bytes', () => Buffer.from('a=b&c+\xff', 'latin1')],
			[
				'a stream',
				() => Readable.from([Buffer.from('a=b&c+\xff', 'latin1')], { objectMode: false }),
			],
		])('carries a form as it is, of its type (%s)', async (_what, body) => {
			const type = 'application/x-www-form-urlencoded';
			let told: string | undefined;
			const url = await startServer((request, response) => {
				told = request.headers['content-type'];
				const pieces: Buffer[] = [];
				request.on('data', (piece: Buffer) => pieces.push(piece));
				request.on('end', () => response.end(Buffer.concat(pieces).toString('hex')));
			});
			const headers = { 'content-type': type, 'content-length': '7' };
			const answer = await transport().send({
				method: 'PUT',
				url: new URL(url),
				headers,
				body: body(),
			});
			const bytes = Buffer.from('a=b&c+\xff', 'latin1').toString('hex');
			expect([await textOf(answer), told]).toEqual([bytes, type]);
		});

		it('follows no redirect', async () => {
			const visits: Array<string | undefined> = [];
			const url = await startServer((request, response) => {
				visits.push(request.url);
				response.writeHead(302, { location: '/elsewhere' }).end();
			});
			const answer = await transport().send(get(`${url}/`));
			await answer.discard();
			expect([answer.status, answer.headers.location, visits]).toEqual([302, '/elsewhere', ['/']]);
		});

		it('leaves the headers that it is given as they are', async () => {
			const url = await startServer((_, response) => response.end());
			const headers = Object.freeze({ 'x-ask': 'please' });
			await (await transport().send(get(url, { headers }))).discard();
			expect(headers).toEqual({ 'x-ask': 'please' });
		});
	});

	describe('a failure', () => {
		it('says that nothing was sent when nothing listens', async () => {
			const error = await rejection(transport().send(get(await closedAddress())));
			expect(error).toMatchObject({ kind: 'refused', code: 'ECONNREFUSED', unsent: true });
		});

		it('does not say so when the connection is reset after the request', async () => {
			const url = await startServer((request) => request.socket.resetAndDestroy());
			const error = await rejection(transport().send(get(url)));
			expect(error).toBeInstanceOf(RunflowConnectionError);
			expect(error).toMatchObject({ kind: 'lost', unsent: false });
		});

		it('nor when the connection is closed without an answer', async () => {
			const url = await startServer((request) => request.socket.destroySoon());
			expect(await rejection(transport().send(get(url)))).toMatchObject({
				kind: 'lost',
				unsent: false,
			});
		});

		it('is one of HTTP where something else answers', async () => {
			const url = await startServer((request) => request.socket.end('SSH-2.0-OpenSSH\r\n'));
			const error = await rejection(transport().send(get(url)));
			expect(error).toMatchObject({ kind: 'protocol', unsent: false });
		});

		it('is one of TLS where the host does not speak it', async () => {
			const url = await startServer((_, response) => response.end());
			const error = await rejection(transport().send(get(url.replace('http:', 'https:'))));
			expect(error).toMatchObject({ kind: 'noTls', unsent: false });
		});

		it.each([
			['before an answer', async () => await closedAddress()],
			['without one', async () => await startServer((request) => void request.socket.destroy())],
		])('holds no key (%s)', async (_when, address) => {
			const error = await rejection(transport().send(get(await address())));
			expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(KEY);
		});
	});

	describe('time limits', () => {
		it('end the wait for an answer', async () => {
			const url = await startServer(() => {});
			const limits = { ...PATIENT, answerMs: 20 };
			const error = await rejection(transport({ limits }).send(get(url)));
			expect(error).toMatchObject({ kind: 'timeout', unsent: false });
		});

		it('are those of the request where it has one', async () => {
			const url = await startServer(() => {});
			const error = await rejection(transport().send(get(url, { answerWithinMs: 20 })));
			expect(error).toMatchObject({ kind: 'timeout', unsent: false });
		});

		it('end a body that falls silent', async () => {
			const url = await startServer((_, response) => {
				response.writeHead(200, { 'content-length': '100' });
				response.write('half');
			});
			const limits = { ...PATIENT, silenceMs: 20 };
			const answer = await transport({ limits }).send(get(url));
			expect(await rejection(bytesOf(answer.chunks()))).toMatchObject({
				kind: 'timeout',
				unsent: false,
			});
		});

		it('do not count while whoever reads a body is busy', async () => {
			const url = await startServer((_, response) => {
				response.writeHead(200, { 'content-length': '8' });
				response.write('half', () => response.end('rest'));
			});
			const answer = await transport({ limits: { ...PATIENT, silenceMs: 20 } }).send(get(url));
			let text = '';
			for await (const chunk of answer.chunks()) {
				text += chunk.toString();
				await adapter.clock.pause(50);
			}
			expect(text).toBe('halfrest');
		});
	});

	describe('a body', () => {
		it('that ends early is a failure', async () => {
			const url = await startServer((_, response) => {
				response.writeHead(200, { 'content-length': '100' });
				response.write('{"half": ', () => response.socket?.destroy());
			});
			const answer = await transport().send(get(url));
			const error = await rejection(bytesOf(answer.chunks()));
			expect(error).toBeInstanceOf(RunflowConnectionError);
			expect(error).toMatchObject({ unsent: false });
		});

		it.each(['close', 'discard'] as const)('that nobody wants is let go of (%s)', async (way) => {
			let closed = () => {};
			const over = new Promise<void>((resolve) => (closed = resolve));
			const url = await startServer((_, response) => {
				response.on('close', closed).writeHead(200);
				response.write(Buffer.alloc(1_000_000));
			});
			const answer = await transport().send(get(url));
			await answer[way]();
			await over;
		});

		it('that was let go of does not pass for a whole one', async () => {
			const url = await startServer((_, response) => {
				response.writeHead(200);
				response.write('half');
			});
			const answer = await transport().send(get(url));
			answer.close();
			expect(await rejection(bytesOf(answer.chunks()))).toBeInstanceOf(RunflowConnectionError);
		});

		it('that is not read to its end gives up its connection', async () => {
			let closed = () => {};
			const over = new Promise<void>((resolve) => (closed = resolve));
			const url = await startServer((_, response) => {
				response.on('close', closed).writeHead(200);
				response.write('first');
			});
			const answer = await transport().send(get(url));
			for await (const chunk of answer.chunks()) {
				expect(chunk.toString()).toBe('first');
				break;
			}
			await over;
		});

		it('becomes a stream that n8n can store', async () => {
			const url = await startServer((_, response) => response.end('the file'));
			const answer = await transport().send(get(url));
			const stream = adapter.toStream({ chunks: answer.chunks(), close: () => answer.close() });
			expect(stream).toBeInstanceOf(Readable);
			expect((await bytesOf(stream)).toString()).toBe('the file');
		});

		it('is whole where its host compresses only what may be compressed', async () => {
			const url = await startServer((request, response) => {
				const asked = String(request.headers['accept-encoding'] ?? '').includes('gzip');
				response.writeHead(200, asked ? { 'content-encoding': 'gzip' } : {});
				response.end(asked ? gzipSync('the answer') : 'the answer');
			});
			expect(await textOf(await transport().send(get(url)))).toBe('the answer');
			const plain = get(url, { headers: { 'accept-encoding': 'identity' } });
			expect(await textOf(await transport().send(plain))).toBe('the answer');
		});
	});

	describe('cancelling', () => {
		it('sends nothing once cancelled', async () => {
			let requests = 0;
			const url = await startServer((_, response) => {
				requests += 1;
				response.end();
			});
			const cancelled = get(url, { signal: AbortSignal.abort() });
			expect(await rejection(transport().send(cancelled))).toBeInstanceOf(RequestCancelledError);
			expect(requests).toBe(0);
		});

		it('ends a request that waits for its answer', async () => {
			const controller = new AbortController();
			const url = await startServer(() => controller.abort());
			const error = await rejection(transport().send(get(url, { signal: controller.signal })));
			expect(error).toBeInstanceOf(RequestCancelledError);
		});

		it('ends an answer that is being read', async () => {
			const controller = new AbortController();
			const url = await startServer((_, response) => {
				response.writeHead(200, { 'content-length': '100' });
				response.write('half');
			});
			const answer = await transport().send(get(url, { signal: controller.signal }));
			const bytes = rejection(bytesOf(answer.chunks()));
			controller.abort();
			expect(await bytes).toBeInstanceOf(RequestCancelledError);
		});

		it('ends an answer that nobody reads yet', async () => {
			const controller = new AbortController();
			const url = await startServer((_, response) => {
				response.writeHead(200, { 'content-length': '100' });
				response.write('half');
			});
			const answer = await transport().send(get(url, { signal: controller.signal }));
			controller.abort();
			expect(await rejection(bytesOf(answer.chunks()))).toBeInstanceOf(RequestCancelledError);
		});
	});

	describe('the egress policy', () => {
		it('is asked before anything is sent, and its refusal passed on', async () => {
			let requests = 0;
			const url = await startServer((_, response) => {
				requests += 1;
				response.end();
			});
			const refusal = new EgressRefusedError('not there');
			const asked: string[] = [];
			const policy: EgressPolicy = {
				pool: {},
				check: async ({ href }) => {
					asked.push(href);
					throw refusal;
				},
			};
			expect(await rejection(transport({ policy }).send(get(`${url}/x`)))).toBe(refusal);
			expect([asked, requests]).toEqual([[`${url}/x`], 0]);
		});

		it('ends with the time limit, and nothing is sent afterwards', async () => {
			let requests = 0;
			const url = await startServer((_, response) => {
				requests += 1;
				response.end();
			});
			let allow = () => {};
			const check = async () => await new Promise<void>((resolve) => (allow = resolve));
			const policy: EgressPolicy = { pool: {}, check };
			const sending = transport({ policy }).send(get(url, { answerWithinMs: 20 }));
			expect(await rejection(sending)).toMatchObject({ kind: 'timeout', unsent: false });
			allow();
			expect((await transport().send(get(url))).status).toBe(200);
			expect(requests).toBe(1);
		});

		it('ends with the signal', async () => {
			const controller = new AbortController();
			const check = async () => {
				controller.abort();
				await new Promise<never>(() => {});
			};
			const policy: EgressPolicy = { pool: {}, check };
			const sending = transport({ policy }).send(
				get(await closedAddress(), { signal: controller.signal }),
			);
			expect(await rejection(sending)).toBeInstanceOf(RequestCancelledError);
		});

		it('lets pass what it has nothing against', async () => {
			const url = await startServer((_, response) => response.end('ok'));
			const policy: EgressPolicy = { pool: {}, check: async () => {} };
			expect(await textOf(await transport({ policy }).send(get(url)))).toBe('ok');
		});
	});
}
