import { createSecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';

import type { Certificate } from './certificate.ts';

/** A server that gives everybody the same answer. */
export interface FixedServer {
	port: number;
	close(): Promise<void>;
}

/** Answers any request with the bytes, over HTTP/1.1 or HTTP/2, whichever the client asks for. */
export async function startFixedServer(
	{ key, cert }: Pick<Certificate, 'key' | 'cert'>,
	answer: Buffer,
): Promise<FixedServer> {
	const sockets = new Set<Socket>();
	const server = createSecureServer({ key, cert, allowHTTP1: true }, (_request, response) => {
		response.writeHead(200, {
			'content-type': 'application/json',
			'content-length': String(answer.length),
		});
		response.end(answer);
	});
	server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		port: (server.address() as AddressInfo).port,
		close: async () => {
			const closed = new Promise((resolve) => server.close(resolve));
			for (const socket of sockets) socket.destroy();
			await closed;
		},
	};
}
