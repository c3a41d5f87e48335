import type { IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';

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
		const problem = problemOf(message);
		if (problem) throw failure('unsendable', url.host, { code: problem });
		// The connection of an answer whose stream is destroyed can stay open: only a signal ends it.
		const stop = new AbortController();
		const ends = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
		const send = async (within: AbortSignal) =>
			await orAborted(this.ask(message, answerWithinMs, within), within, () =>
				failure('timeout', url.host, { code: 'NO_ANSWER' }),
			);
		const answer = await withinTime(helperClock, answerWithinMs, send, ends).catch(
			(error: unknown) => {
				throw failureOf(error, url, signal);
			},
		);
		return responseOf(answer, message, {
			silenceMs: this.timeLimits.body,
			close: () => stop.abort(),
			givenUp: ends,
		});
	}

	/**
	 * Asks the policy, then the helper. Neither ends at once with the signal where a name is looked up:
	 * what comes late is given up.
	 */
	private async ask(
		message: HttpRequest,
		timeout: number,
		abortSignal: AbortSignal,
	): Promise<IN8nHttpFullResponse> {
		await this.policy?.check(message.url);
		abortSignal.throwIfAborted();
		const answer = (await this.httpRequest({
			...optionsOf(message),
			timeout,
			abortSignal,
		})) as IN8nHttpFullResponse;
		if (abortSignal.aborted) giveUp(answer.body as unknown as Body);
		return answer;
	}
}

function giveUp(body: Body): void {
	body.on('error', () => {});
	body.destroy();
}

/** What the value of a header may hold; of anything else the helper sends only a part. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Why a request cannot be sent as it is, where the helper would send something else. */
function problemOf(message: HttpRequest): string | undefined {
	const values = Object.values(message.headers);
	if (!values.every((value) => HEADER_VALUE.test(value))) return 'INVALID_HEADER';
	return hasToldLength(message) ? undefined : 'WRONG_LENGTH';
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
	{ url, signal, headers: asked }: HttpRequest,
	reading: Omit<Reading, 'failed'>,
): HttpResponse {
	const stream = body as unknown as Body;
	learnStreamClass(stream);
	// Its signal may end a body before anybody reads it, or after.
	stream.on('error', () => {});
	// The helper unpacks also what was to come as it is, drops the header, and takes a part for the whole.
	const isUnpacked = asked['accept-encoding'] === 'identity' && stream.bytesWritten !== undefined;
	return {
		status: statusCode,
		headers: {
			...(headers as HttpResponse['headers']),
			...(isUnpacked ? { 'content-encoding': 'compressed' } : {}),
		},
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
