import { request as httpRequest } from 'node:http';
import type { ClientRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

const MOST_KEPT = 1024;

/** What came of sending a callback once. */
export interface SendResult {
	status: number | null;
	body: string | null;
	problem: 'timeout' | 'connection_error' | null;
	message: string | null;
}

/** Sends callbacks, each over a connection of its own, without following redirects. */
export class CallbackSender {
	#open = new Set<ClientRequest>();
	#stopped = false;

	/** Posts the bytes; never rejects. The query of the URL goes out exactly as it was given. */
	send(
		url: string,
		headers: Record<string, string>,
		body: Buffer,
		timeoutMs: number,
	): Promise<SendResult> {
		return new Promise((resolve) => {
			let request: ClientRequest;
			const settle = (result: SendResult) => {
				clearTimeout(timer);
				if (request) this.#open.delete(request);
				resolve(result);
			};
			const fail = (problem: 'timeout' | 'connection_error', message: string) =>
				settle({ status: null, body: null, problem, message });
			const timer = setTimeout(() => {
				fail('timeout', `No answer within ${timeoutMs} ms`);
				request?.destroy();
			}, timeoutMs);
			try {
				if (this.#stopped) throw new Error('The emulator was closed');
				request = this.#begin(url, { ...headers, 'Content-Length': String(body.length) });
			} catch (error) {
				fail('connection_error', (error as Error).message);
				return;
			}
			this.#open.add(request);
			request.on('error', (error) => fail('connection_error', error.message));
			request.on('response', (response) => {
				const parts: Buffer[] = [];
				let kept = 0;
				response.on('data', (part: Buffer) => {
					if (kept < MOST_KEPT) parts.push(part);
					kept += part.length;
				});
				response.on('error', (error) => fail('connection_error', error.message));
				response.on('end', () => {
					const text = Buffer.concat(parts).subarray(0, MOST_KEPT).toString('utf8');
					settle({ status: response.statusCode ?? null, body: text, problem: null, message: null });
				});
			});
			request.end(body);
		});
	}

	/** Breaks off everything on its way. */
	stop(): void {
		this.#stopped = true;
		for (const request of this.#open) request.destroy();
	}

	#begin(url: string, headers: Record<string, string>): ClientRequest {
		const { protocol, hostname, port } = new URL(url);
		const rest = /^https?:\/\/[^/?#]+([^#]*)/i.exec(url)?.[1] ?? '/';
		const begin = protocol === 'https:' ? httpsRequest : httpRequest;
		return begin({
			method: 'POST',
			hostname: hostname.replace(/^\[|\]$/g, ''),
			port,
			path: rest.startsWith('/') ? rest : `/${rest}`,
			headers,
			agent: false,
		});
	}
}
