import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A stretch of network between a client and a server on loopback: plain TCP, so TLS passes through. */
export class DelayProxy {
	/** Connections that clients opened so far. */
	connections = 0;
	private readonly server: Server;
	private readonly sockets = new Set<Socket>();
	private readonly oneWayMs: number;

	/** Use `startDelayProxy`. */
	constructor(targetPort: number, roundTripMs: number) {
		this.oneWayMs = roundTripMs / 2;
		this.server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
			this.connections += 1;
			const upstream = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
			// The kernel accepts at once; over the distance that alone takes one round trip.
			const usableAt = performance.now() + roundTripMs;
			this.carry(client, upstream, usableAt);
			this.carry(upstream, client, 0);
		});
	}

	get port(): number {
		return (this.server.address() as AddressInfo).port;
	}

	async listen(): Promise<void> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
	}

	/** Cuts every connection, so that the next client has to open its own. */
	dropConnections(): void {
		for (const socket of this.sockets) socket.destroy();
	}

	async close(): Promise<void> {
		const closed = new Promise((resolve) => this.server.close(resolve));
		this.dropConnections();
		await closed;
	}

	/** Hands on what one side sends, in order, each piece late by the time of one way. */
	private carry(from: Socket, to: Socket, usableAt: number): void {
		const pieces: Array<{ due: number; piece: Buffer | 'end' }> = [];
		let timer: NodeJS.Timeout | undefined;
		let ended = false;
		const handOn = () => {
			timer = undefined;
			while (pieces.length > 0 && pieces[0].due <= performance.now()) {
				const { piece } = pieces.shift()!;
				if (to.destroyed) continue;
				if (piece === 'end') to.end();
				else to.write(piece);
			}
			if (pieces.length > 0)
				timer = setTimeout(handOn, Math.max(0, pieces[0].due - performance.now()));
		};
		const accept = (piece: Buffer | 'end') => {
			const due = Math.max(performance.now(), usableAt) + this.oneWayMs;
			pieces.push({ due, piece });
			if (this.oneWayMs === 0) handOn();
			else timer ??= setTimeout(handOn, due - performance.now());
		};
		const end = () => {
			if (!ended) accept('end');
			ended = true;
		};
		this.sockets.add(from);
		from.on('data', accept);
		from.on('end', end);
		from.on('error', () => {});
		from.on('close', () => {
			this.sockets.delete(from);
			// Also for a side that was cut off: what it sent before is still on its way.
			end();
		});
	}
}

/** A proxy on loopback in front of a port, with that much round trip time between. */
export async function startDelayProxy(
	targetPort: number,
	roundTripMs: number,
): Promise<DelayProxy> {
	const proxy = new DelayProxy(targetPort, roundTripMs);
	await proxy.listen();
	return proxy;
}
