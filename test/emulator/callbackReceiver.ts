import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A callback as it arrived. */
export interface ReceivedCallback {
	target: string;
	headers: IncomingHttpHeaders;
	body: Buffer;
}

/** A server that keeps the callbacks it gets. */
export interface CallbackReceiver {
	url: string;
	received: ReceivedCallback[];
	/** Statuses for the next callbacks; 200 once used up, 0 never answers. */
	answers: number[];
	close(): Promise<void>;
}

/** Starts a receiver on any free port of 127.0.0.1. */
export async function startCallbackReceiver(): Promise<CallbackReceiver> {
	const received: ReceivedCallback[] = [];
	const answers: number[] = [];
	const sockets = new Set<Socket>();
	const server = createServer(async (request, response) => {
		const parts: Buffer[] = [];
		for await (const part of request) parts.push(part as Buffer);
		const body = Buffer.concat(parts);
		received.push({ target: request.url ?? '', headers: request.headers, body });
		const status = answers.shift() ?? 200;
		if (status !== 0) response.writeHead(status, { location: '/elsewhere' }).end(`said ${status}`);
	});
	server.on('connection', (socket) => {
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		received,
		answers,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				for (const socket of sockets) socket.destroy();
			}),
	};
}
