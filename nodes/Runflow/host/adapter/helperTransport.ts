import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';

import {
	CONNECTION_FAILURES,
	failure,
	RunflowError,
	withinTime,
	type EgressPolicy,
	type HttpRequest,
	type HttpResponse,
	type Transport,
} from '../../runflow';
import { readBody, type Body, type Reading } from './answerBody';
import { helperClock } from './clock';
import { failureKind, isRefusedByN8n } from './failureKind';
import { learnStreamClass } from './stream';

/** n8n's `helpers.httpRequest`. */
export type HttpRequestHelper = (options: IHttpRequestOptions) => Promise<unknown>;

/** Time limits in milliseconds; `headers` includes the connection, `body` is the longest silence. */
export interface TimeLimits {
	headers: number;
	body: number;
}

const TIME_LIMITS: TimeLimits = { headers: 120_000, body: 60_000 };

/**
 * The transport on n8n's helper, which sees to proxies and to n8n's SSRF protection, and opens a new
 * connection for every request. The egress policy is asked before all the same: the credential's
 * Allowed Domains are in it.
 */
export class HelperTransport implements Transport {
	private readonly httpRequest: HttpRequestHelper;
	private readonly policy?: EgressPolicy;
	private readonly timeLimits: TimeLimits;

	constructor(options: {
		httpRequest: HttpRequestHelper;
		policy?: EgressPolicy;
		timeLimits?: TimeLimits;
	}) {
		this.httpRequest = options.httpRequest;
		this.policy = options.policy;
		this.timeLimits = options.timeLimits ?? TIME_LIMITS;
	}

	async send(message: HttpRequest): Promise<HttpResponse> {
		const { url, signal, answerWithinMs = this.timeLimits.headers } = message;
		if (signal?.aborted) throw failure('cancelled', url.host);
		if (!hasSendableHeaders(message))
			throw failure('unsendable', url.host, { code: 'INVALID_HEADER' });
		if (!hasToldLength(message)) throw failure('unsendable', url.host, { code: 'WRONG_LENGTH' });
		await this.policy?.check(url);
		// The connection of an answer whose stream is destroyed can stay open: only a signal ends it.
		const stop = new AbortController();
		const ends = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
		const ask = async (abortSignal: AbortSignal) =>
			await this.httpRequest({ ...optionsOf(message), timeout: answerWithinMs, abortSignal });
		// The helper's own limit is no limit for a connection that does not come about.
		const answer = await withinTime(helperClock, answerWithinMs, ask, ends).catch(
			(error: unknown) => {
				throw failureOf(error, url, signal);
			},
		);
		return responseOf(answer as IN8nHttpFullResponse, message, {
			silenceMs: this.timeLimits.body,
			close: () => stop.abort(),
			givenUp: ends,
		});
	}
}

/** What the value of a header may hold; of anything else the helper sends only a part. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

function hasSendableHeaders({ headers }: HttpRequest): boolean {
	return Object.values(headers).every((value) => HEADER_VALUE.test(value));
}

/**
 * Whether a body is as long as its header says; the helper would leave the host waiting for the rest.
 * Of a stream nobody knows before its end.
 */
function hasToldLength({ headers, body }: HttpRequest): boolean {
	const told = headers['content-length'];
	if (told === undefined || !(typeof body === 'string' || body instanceof Uint8Array)) return true;
	return Number(told) === Buffer.byteLength(body);
}

/** The whole answer whatever its status, its body as a stream, and no redirect followed. */
function optionsOf({ method, url, headers, body }: HttpRequest): IHttpRequestOptions {
	return {
		method,
		url: url.href,
		headers: helperHeaders(headers),
		...(body === undefined ? {} : { body: bytesOf(body) }),
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		disableFollowRedirect: true,
	};
}

const FORM = 'application/x-www-form-urlencoded';

/**
 * Headers for the helper, which adds to what it is given, and takes the body of a form for fields to
 * put together. It does not know the type by a space behind it, which is no part of a header's value.
 */
function helperHeaders(headers: HttpRequest['headers']): HttpRequest['headers'] {
	const type = headers['content-type'];
	return { ...headers, ...(type === FORM ? { 'content-type': `${FORM} ` } : {}) };
}

/** As bytes the helper sends a body as it is; JSON text it would read once more. */
function bytesOf(body: NonNullable<HttpRequest['body']>): IHttpRequestOptions['body'] {
	if (typeof body === 'string') return Buffer.from(body);
	if (body instanceof Uint8Array) {
		return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
	}
	return body as unknown as IHttpRequestOptions['body'];
}

function responseOf(
	{ statusCode, headers, body }: IN8nHttpFullResponse,
	{ url, signal }: HttpRequest,
	reading: Omit<Reading, 'failed'>,
): HttpResponse {
	const stream = body as unknown as Body;
	learnStreamClass(stream);
	// Its signal may end a body before anybody reads it, or after.
	stream.on('error', () => {});
	return {
		status: statusCode,
		headers: { ...(headers as HttpResponse['headers']) },
		chunks: () =>
			readBody(stream, {
				...reading,
				failed: (error, silent) =>
					silent && !signal?.aborted
						? failure('timeout', url.host, { code: 'ANSWER_SILENT' })
						: failureOf(error, url, signal, true),
			}),
		// No other request gets this one's connection: nothing is saved by reading a body to its end.
		discard: async () => reading.close(),
		close: () => reading.close(),
	};
}

function failureOf(error: unknown, url: URL, signal?: AbortSignal, answered = false): Error {
	if (signal?.aborted) return failure('cancelled', url.host);
	if (error instanceof RunflowError) return error;
	if (isRefusedByN8n(error)) {
		return failure('policy', url.host, {
			message: `n8n's SSRF protection does not allow requests to ${url.host}`,
		});
	}
	// Not as a cause: the helper's errors hold the whole request, and the key with it.
	const { kind, code } = failureKind(error);
	const early = CONNECTION_FAILURES[kind].unsent || kind === 'noTls';
	const lost = answered && early;
	return failure(lost ? 'lost' : kind, url.host, { code });
}
