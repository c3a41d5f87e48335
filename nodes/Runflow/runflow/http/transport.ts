import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { Agent, EnvHttpProxyAgent, request, type Dispatcher } from 'undici';
import type { LookupFunction } from 'node:net';

import {
	answerTooLarge,
	EgressRefusedError,
	RequestCancelledError,
	RunflowConnectionError,
} from './errors';

/** A request as the transport sends it; nothing is added to it and redirects are not followed. */
export interface HttpRequest {
	method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	url: URL;
	headers: Record<string, string>;
	body?: string | Uint8Array | Readable;
	signal?: AbortSignal;
	/** How long the answer may take, sending included, in milliseconds; by default the transport's limit. */
	answerWithinMs?: number;
}

/** An answer, its body not yet read. Header names are lower case. */
export interface HttpResponse {
	status: number;
	headers: Record<string, string | string[] | undefined>;
	/**
	 * The body as it comes. Throws RunflowConnectionError when it ends early or stalls; whoever stops
	 * reading before its end gives up the connection.
	 */
	chunks(): AsyncGenerator<Buffer, void, undefined>;
	/** The whole body. Throws RunflowConnectionError when it ends early, stalls or exceeds `limit` bytes. */
	bytes(limit: number): Promise<Buffer>;
	/** Lets go of a body that nobody wants; the connection lives on where the body is short. */
	discard(): Promise<void>;
	/** Gives up the body, and its connection, at once. */
	close(): void;
}

/** Sends one request over HTTP, once. */
export interface Transport {
	send(request: HttpRequest): Promise<HttpResponse>;
}

/** What the host lets out: asked before every request, and at every DNS lookup. */
export interface EgressPolicy {
	/** Throws EgressRefusedError for a URL that must not be reached. */
	check(url: URL): Promise<void>;
	/** Replaces the DNS lookup, so that a name cannot turn into a blocked address later. */
	lookup?: LookupFunction;
	/** Identity under which connections are pooled: requests of one policy share their connections. */
	pool: object;
}

/** Time limits in milliseconds; `body` is the longest silence, not the whole transfer. */
export interface TimeLimits {
	connect: number;
	headers: number;
	body: number;
}

const TIME_LIMITS: TimeLimits = { connect: 10_000, headers: 120_000, body: 60_000 };
const LONGEST_ANSWER_MS = 300_000;
// As many as a node may have requests under way, so that none of them waits for a connection.
const CONNECTIONS_PER_ORIGIN = 64;
const KEEP_ALIVE_MS = 30_000;

const UNSENT = new Set([
	'ECONNREFUSED',
	'ENOTFOUND',
	'EAI_AGAIN',
	'EHOSTUNREACH',
	'ENETUNREACH',
	'UND_ERR_CONNECT_TIMEOUT',
]);

// What undici says when a proxy does not let a request through; its codes are those of other failures.
const PROXY_REFUSAL = /^Proxy (?:response \((\d+)\)|Authentication Required \((\d+)\))/;

const pools = new WeakMap<object, Dispatcher>();
const openPolicy = {};

/**
 * The transport on undici: keep-alive connections pooled for the whole process, one pool for each
 * egress policy; proxies from HTTP_PROXY, HTTPS_PROXY and NO_PROXY.
 */
export class UndiciTransport implements Transport {
	private readonly dispatcher: Dispatcher;
	private readonly policy?: EgressPolicy;

	constructor(options: { policy?: EgressPolicy; timeLimits?: TimeLimits } = {}) {
		this.policy = options.policy;
		this.dispatcher = options.timeLimits
			? createDispatcher(options.timeLimits, options.policy)
			: pooledDispatcher(options.policy);
	}

	async send(message: HttpRequest): Promise<HttpResponse> {
		const { method, url, headers, body, signal, answerWithinMs } = message;
		if (signal?.aborted) throw new RequestCancelledError();
		await this.policy?.check(url);
		const answer = await request(url, {
			method,
			headers,
			body,
			signal,
			dispatcher: this.dispatcher,
			...(answerWithinMs === undefined ? {} : { headersTimeout: answerWithinMs }),
		}).catch((error: unknown) => {
			throw connectionError(error, url, signal);
		});
		const close = () => {
			answer.body.on('error', () => {}).destroy();
		};
		const chunks = () => readChunks(answer.body, url, signal);
		return {
			status: answer.statusCode,
			headers: answer.headers,
			chunks,
			bytes: async (limit) => {
				if (Number(answer.headers['content-length']) > limit) {
					close();
					throw answerTooLarge(url.host);
				}
				return await readAll(chunks(), limit, url);
			},
			discard: async () => {
				await answer.body.dump({ limit: 65_536 }).catch(() => {});
			},
			close,
		};
	}

	/** Closes the connections of a transport that has its own time limits; pooled ones live on. */
	async close(): Promise<void> {
		if (this.dispatcher !== pools.get(this.policy?.pool ?? openPolicy)) {
			await this.dispatcher.destroy();
		}
	}
}

function pooledDispatcher(policy?: EgressPolicy): Dispatcher {
	const key = policy?.pool ?? openPolicy;
	const dispatcher = pools.get(key) ?? createDispatcher(TIME_LIMITS, policy);
	pools.set(key, dispatcher);
	return dispatcher;
}

function createDispatcher(limits: TimeLimits, policy?: EgressPolicy): Dispatcher {
	const options: Agent.Options = {
		connections: CONNECTIONS_PER_ORIGIN,
		keepAliveTimeout: KEEP_ALIVE_MS,
		headersTimeout: limits.headers,
		bodyTimeout: limits.body,
		allowH2: false,
		connect: { timeout: limits.connect, ...(policy?.lookup ? { lookup: policy.lookup } : {}) },
	};
	return new EnvHttpProxyAgent(options);
}

async function* readChunks(
	body: Readable,
	url: URL,
	signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
	const reading = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
	try {
		for (;;) {
			const { done, value } = await reading.next().catch((error: unknown) => {
				throw connectionError(error, url, signal, true);
			});
			if (done) return;
			yield value;
		}
	} finally {
		await reading.return?.();
	}
}

async function readAll(body: AsyncIterable<Buffer>, limit: number, url: URL): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let size = 0;
	const deadline = Date.now() + LONGEST_ANSWER_MS;
	for await (const chunk of body) {
		// A body that trickles is never silent long enough for the other limit.
		if (Date.now() > deadline) {
			throw new RunflowConnectionError('ANSWER_TIMEOUT', url.host, { unsent: false });
		}
		size += chunk.length;
		if (size > limit) {
			throw answerTooLarge(url.host);
		}
		chunks.push(chunk);
	}
	// undici takes a connection back one turn of the event loop after the end of the body. Whoever
	// sends the next request before that is given a new connection, up to the limit of the pool.
	await nextTurn();
	return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size);
}

function connectionError(error: unknown, url: URL, signal?: AbortSignal, answered = false): Error {
	if (signal?.aborted) return new RequestCancelledError();
	if (error instanceof RunflowConnectionError || error instanceof EgressRefusedError) return error;
	const code = errorCode(error);
	return new RunflowConnectionError(code, url.host, {
		unsent: !answered && (UNSENT.has(code) || code.startsWith('PROXY_')),
		cause: error,
	});
}

/** The most telling code: what a connection attempt to several addresses failed with is nested. */
function errorCode(error: unknown): string {
	if (!(error instanceof Error)) return 'UNKNOWN';
	if (error instanceof AggregateError && error.errors.length > 0) return errorCode(error.errors[0]);
	const proxyStatus = PROXY_REFUSAL.exec(error.message);
	if (proxyStatus) return `PROXY_${proxyStatus[1] ?? proxyStatus[2]}`;
	const { code } = error as NodeJS.ErrnoException;
	if (error.cause instanceof Error && (code === undefined || code === 'UND_ERR_SOCKET')) {
		const nested = errorCode(error.cause);
		if (nested !== 'Error') return nested;
	}
	return typeof code === 'string' ? code : error.name;
}
