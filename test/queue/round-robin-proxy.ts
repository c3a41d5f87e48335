import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A target that cannot be reached is left out for this long, as load balancers do. */
const LEFT_OUT_MS = 500;

/** One request that went through. */
export interface Passage {
	/** Name of the target. */
	target: string;
	path: string;
	/** Status answered; 502 where the target could not be reached or broke off. */
	status: number;
	/** The target took the request and broke off: it may have begun its work. */
	brokenOff: boolean;
}

interface Target {
	name: string;
	port: number;
	leftOutUntil: number;
}

/**
 * The load balancer in front of n8n's webhook processes: every request goes to the next one. It
 * repeats nothing by itself, so what gets through after a failure does so by the sender's retry.
 */
export class RoundRobinProxy {
	/** Every request so far, in the order of their answers. */
	readonly passages: Passage[] = [];
	/** The targets of requests that are not answered yet. */
	readonly underWay: string[] = [];
	private readonly targets: Target[];
	private readonly server: Server;
	private turn = 0;

	constructor(targets: Array<{ name: string; port: number }>) {
		this.targets = targets.map((target) => ({ ...target, leftOutUntil: 0 }));
		this.server = createServer((request, response) => this.pass(request, response));
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	async listen(port = 0): Promise<void> {
		await new Promise<void>((resolve) => this.server.listen(port, '127.0.0.1', resolve));
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	/** How many requests whose path begins so each target answered with a status. */
	count(pathPrefix: string, since = 0): Record<string, Record<number, number>> {
		const counts: Record<string, Record<number, number>> = {};
		for (const { target, path, status } of this.passages.slice(since)) {
			if (!path.startsWith(pathPrefix)) continue;
			counts[target] ??= {};
			counts[target][status] = (counts[target][status] ?? 0) + 1;
		}
		return counts;
	}

	private pass(request: IncomingMessage, response: ServerResponse): void {
		const target = this.next();
		this.underWay.push(target.name);
		const answered = (status: number, brokenOff = false) => {
			this.underWay.splice(this.underWay.indexOf(target.name), 1);
			this.passages.push({ target: target.name, path: request.url ?? '', status, brokenOff });
		};
		const onward = httpRequest(
			{
				host: '127.0.0.1',
				port: target.port,
				method: request.method,
				path: request.url,
				headers: request.headers,
				agent: false,
			},
			(answer) => {
				answered(answer.statusCode ?? 0);
				response.writeHead(answer.statusCode ?? 502, answer.headers);
				answer.on('error', () => response.destroy());
				answer.pipe(response);
			},
		);
		onward.once('error', ({ code }: NodeJS.ErrnoException) => {
			if (response.headersSent) return;
			target.leftOutUntil = Date.now() + LEFT_OUT_MS;
			answered(502, code !== 'ECONNREFUSED');
			response.writeHead(502).end();
		});
		request.pipe(onward);
	}

	private next(): Target {
		const now = Date.now();
		const fit = this.targets.filter(({ leftOutUntil }) => leftOutUntil <= now);
		const choice = fit.length > 0 ? fit : this.targets;
		return choice[this.turn++ % choice.length];
	}
}
