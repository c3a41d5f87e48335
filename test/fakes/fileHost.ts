import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

import { startServer } from './server.ts';

/** All that a stream gives. */
export async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of stream) chunks.push(chunk);
	return Buffer.concat(chunks);
}

/** A server that answers the n-th request as told; gives back its address and the requests. */
export async function hostOf(...answers: Array<(response: ServerResponse) => void>) {
	const seen: IncomingHttpHeaders[] = [];
	const url = await startServer((request, response) => {
		seen.push(request.headers);
		answers[Math.min(seen.length, answers.length) - 1](response);
	});
	return { url: `${url}/file.bin`, seen };
}

/** The whole file. */
export const whole =
	(body: string, headers: Record<string, string> = {}) =>
	(response: ServerResponse) => {
		response.writeHead(200, { 'content-length': body.length, etag: '"one"', ...headers });
		response.end(body);
	};
/** The beginning of a file that says to be longer; then the connection breaks. */
export const cut =
	(body: string, length: number, headers: Record<string, string> = { etag: '"one"' }) =>
	(response: ServerResponse) => {
		response.writeHead(200, { 'content-length': length, ...headers });
		response.write(body, () => response.socket?.destroySoon());
	};
/** A part of a file, as asked for with Range. */
export const part =
	(body: string, range: string, etag = '"one"') =>
	(response: ServerResponse) => {
		response.writeHead(206, {
			'content-range': `bytes ${range}`,
			'content-length': body.length,
			etag,
		});
		response.end(body);
	};
/** Nothing but a status. */
export const refused = (status: number) => (response: ServerResponse) => {
	response.writeHead(status).end();
};
