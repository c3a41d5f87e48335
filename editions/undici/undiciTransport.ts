import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { Agent, EnvHttpProxyAgent, request, type Dispatcher } from 'undici';

import {
	CONNECTION_FAILURES,
	failure,
	orAborted,
	RunflowError,
	withinTime,
	type EgressPolicy,
	type HttpRequest,
	type HttpResponse,
	type Transport,
} from '../../nodes/Runflow/runflow';
import { nodeClock } from './clock';
import { failureKind } from './failureKind';

/** Time limits in milliseconds; `body` is the longest silence, not the whole transfer. */
export interface TimeLimits {
	connect: number;
	headers: number;
	body: number;
}

const TIME_LIMITS: TimeLimits = { connect: 10_000, headers: 120_000, body: 60_000 };
// As many as a node may have requests under way, so that none of them waits for a connection.
const CONNECTIONS_PER_ORIGIN = 64;
const KEEP_ALIVE_MS = 30_000;

const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'];

const pools = new WeakMap<object, Dispatcher>();
const openPolicy = {};

/**
 * The transport on undici: keep-alive connections pooled for the whole process, one pool for each
 * egress policy; proxies from HTTP_PROXY, HTTPS_PROXY and NO_PROXY.
 */
export class UndiciTransport implements Transport {
	private readonly dispatcher: Dispatcher;
	private readonly policy?: EgressPolicy;
	private readonly timeLimits: TimeLimits;

	constructor(options: { policy?: EgressPolicy; timeLimits?: TimeLimits } = {}) {
		this.policy = options.policy;
		this.timeLimits = options.timeLimits ?? TIME_LIMITS;
		this.dispatcher = options.timeLimits
			? createDispatcher(options.timeLimits, options.policy)
			: pooledDispatcher(options.policy);
	}

	async send(message: HttpRequest): Promise<HttpResponse> {
		const { method, url, headers, body, signal, answerWithinMs } = message;
		if (signal?.aborted) throw failure('cancelled', url.host);
		await this.checkPolicy(message);
		const answer = await request(url, {
			method,
			headers,
			body: body as string | Uint8Array | Readable | undefined,
			signal,
			dispatcher: this.dispatcher,
			...(answerWithinMs === undefined ? {} : { headersTimeout: answerWithinMs }),
		}).catch((error: unknown) => {
			throw failureOf(error, url, signal);
		});
		return {
			status: answer.statusCode,
			headers: answer.headers,
			chunks: () => readChunks(answer.body, url, signal),
			discard: async () => {
				await answer.body.dump({ limit: 65_536 }).catch(() => {});
			},
			close: () => {
				answer.body.on('error', () => {}).destroy();
			},
		};
	}

	/** The policy may wait for a name to be looked up, which no signal ends. */
	private async checkPolicy({ url, signal, answerWithinMs }: HttpRequest): Promise<void> {
		if (!this.policy) return;
		const checked = this.policy.check(url);
		const late = () => failure('timeout', url.host, { code: 'NO_ANSWER' });
		const work = async (within: AbortSignal) => await orAborted(checked, within, late);
		await withinTime(nodeClock, answerWithinMs ?? this.timeLimits.headers, work, signal).catch(
			(error: unknown) => {
				throw failureOf(error, url, signal);
			},
		);
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
		connect: {
			timeout: limits.connect,
			...(policy?.lookup ? { lookup: policy.lookup as LookupFunction } : {}),
		},
	};
	const isProxied = PROXY_VARIABLES.some((name) => process.env[name]);
	// The agent for proxies looks at NO_PROXY before each request.
	return isProxied ? new EnvHttpProxyAgent(options) : new Agent(options);
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
				throw failureOf(error, url, signal, true);
			});
			if (done) break;
			yield value;
		}
		// undici takes a connection back one turn of the event loop after the end of the body. Whoever
		// sends the next request before that is given a new connection, up to the limit of the pool.
		await nextTurn();
	} finally {
		await reading.return?.();
	}
}

function failureOf(error: unknown, url: URL, signal?: AbortSignal, answered = false): Error {
	if (signal?.aborted) return failure('cancelled', url.host);
	// What the egress policy says in the middle of a lookup.
	if (error instanceof RunflowError) return error;
	const { kind, code } = failureKind(error);
	const early = CONNECTION_FAILURES[kind].unsent || kind === 'noTls';
	const lost = answered && early;
	return failure(lost ? 'lost' : kind, url.host, { code, cause: error });
}
