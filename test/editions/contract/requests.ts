import { Readable } from 'node:stream';

import { rejection } from '../../fakes/api.ts';
import { bytesOf } from '../../fakes/fileHost.ts';
import { bodyOf, startServer } from '../../fakes/server.ts';
import { get, type Subject } from './subject.ts';

/** What is sent, and that nothing else is. */
export function describeRequests({ transport, textOf }: Subject): void {
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
}
