import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';

import { RunflowConnectionError } from '../../../nodes/Runflow/runflow/index.ts';
import { rejection } from '../../fakes/api.ts';
import { bytesOf } from '../../fakes/fileHost.ts';
import { startServer } from '../../fakes/server.ts';
import { get, type Subject } from './subject.ts';

/** What is read of an answer, and what becomes of the rest. */
export function describeBodies({ transport, textOf, adapter }: Subject): void {
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
}
