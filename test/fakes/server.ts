import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const servers: Server[] = [];

/** Starts a server on this machine that answers as told; `closeServers` ends it. */
export async function startServer(listener: RequestListener): Promise<string> {
	const server = createServer(listener);
	servers.push(server);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Ends every server with its connections; for afterEach. */
export async function closeServers(): Promise<void> {
	for (const server of servers.splice(0)) {
		const closed = new Promise((resolve) => server.close(resolve));
		server.closeAllConnections();
		await closed;
	}
}

/** The whole body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
	return Buffer.concat(chunks).toString();
}

/** Address of a port on this machine that nothing listens on. */
export async function closedAddress(): Promise<string> {
	const url = await startServer(() => {});
	const server = servers.pop()!;
	await new Promise((resolve) => server.close(resolve));
	return url;
}
