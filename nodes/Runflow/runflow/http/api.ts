import type { ZodType, ZodTypeDef } from 'zod';

import type { Clock } from '../clock';
import { readWhole } from './body';
import { RequestCancelledError, RunflowAnswerError, RunflowApiError } from './errors';
import type { RateLimitGate } from './rateLimit';
import { withoutOddFields } from './oddFields';
import {
	grownPause,
	readRetryAfter,
	RETRY_POLICY,
	withRetries,
	type RetryMode,
	type RetryPolicy,
} from './retry';
import { errorEnvelopeSchema } from './envelope';
import { maskFor } from './masking';
import { parseJson } from '../json';
import type { HttpResponse, Transport } from './port';

/** Runflow's public API server. */
export const DEFAULT_BASE_URL = 'https://api.runflow.io';

// A batch of 100 items with their inputs and outputs is some megabytes at the most.
const LARGEST_ANSWER = 64 * 1024 * 1024;
const REREADS = 3;

/** Where and as whom the API is called. */
export interface ApiOptions {
	transport: Transport;
	clock: Clock;
	baseUrl: string;
	apiKey: string;
	/** What no answer may bring into an item or an error, beside the key. */
	secrets?: readonly string[];
	/** Sent as X-Organization-Id; empty for the key's own organization. */
	organizationId?: string;
	userAgent?: string;
	signal?: AbortSignal;
	retryPolicy?: RetryPolicy;
	/** Shared by all that count towards the same rate limit. */
	gate?: RateLimitGate;
	/** How long an answer may take to begin; by default the transport's own limit. */
	answerWithinMs?: number;
}

/** One call of the API. */
export interface Call<T> {
	method: 'GET' | 'POST' | 'PATCH';
	/** Path below the base URL, its segments already encoded. */
	path: string;
	query?: Record<string, string | number | undefined>;
	/** Request body as JSON text: kept as text so that a retry sends the same bytes. */
	body?: string;
	headers?: Record<string, string>;
	retry: RetryMode;
	/** Whether an earlier call of the same request may have arrived. */
	inDoubt?: boolean;
	schema: ZodType<T, ZodTypeDef, unknown>;
}

/** Authenticated JSON calls with retries; every answer is checked against its schema. */
export class Api {
	private readonly options: ApiOptions;
	private readonly mask: (text: string) => string;

	constructor(options: ApiOptions) {
		this.options = options;
		this.mask = maskFor([options.apiKey, ...(options.secrets ?? [])]);
	}

	/**
	 * Makes a call and returns the checked answer, unknown fields included.
	 *
	 * @throws RunflowApiError for a status that is no success, RunflowConnectionError when Runflow
	 * cannot be reached, RunflowAnswerError when a success is not what the docs describe,
	 * EgressRefusedError and RequestCancelledError as they say
	 */
	async call<T>(call: Call<T>): Promise<T> {
		const { clock, retryPolicy: policy, signal, gate } = this.options;
		return await withRetries(call.retry, async () => await this.exchange(call), {
			clock,
			policy,
			signal,
			gate,
			inDoubt: call.inDoubt,
		});
	}

	/**
	 * Reads again what was behind the times, with the pauses of a retry, up to three times.
	 *
	 * @param first what was read at first
	 * @returns what was read last; where a read fails, what was read before
	 */
	async readAgain<T>(first: T, read: () => Promise<T>, isGood: (latest: T) => boolean): Promise<T> {
		const { clock, retryPolicy = RETRY_POLICY, signal } = this.options;
		let latest = first;
		const most = Math.min(REREADS, retryPolicy.attempts - 1);
		for (let tries = 1; tries <= most && !isGood(latest); tries++) {
			await clock.pause(grownPause(tries, retryPolicy, clock), signal);
			const outcome = await read().then(
				(value) => ({ value }),
				(error: unknown) => ({ error }),
			);
			if ('value' in outcome) latest = outcome.value;
			else if (outcome.error instanceof RequestCancelledError) throw outcome.error;
			else break;
		}
		return latest;
	}

	/**
	 * Waits as long as a failure asks for before the next try.
	 *
	 * @returns whether there may be one: not where that is longer than this client waits
	 */
	async waitAsAsked(failure: unknown): Promise<boolean> {
		const { clock, retryPolicy = RETRY_POLICY, signal } = this.options;
		const ms = failure instanceof RunflowApiError ? (failure.retryAfterMs ?? 0) : 0;
		if (ms > retryPolicy.longestRetryAfterMs) return false;
		if (ms > 0) await clock.pause(ms, signal);
		return true;
	}

	/** The same API for what can do without an answer: nothing is tried twice, or waited for longer. */
	briefly(answerWithinMs: number): Api {
		const { retryPolicy = RETRY_POLICY } = this.options;
		return this.with({ answerWithinMs, retryPolicy: { ...retryPolicy, attempts: 1 } });
	}

	/** The same API under other conditions. */
	with(
		changes: Partial<Pick<ApiOptions, 'gate' | 'signal' | 'retryPolicy' | 'answerWithinMs'>>,
	): Api {
		return new Api({ ...this.options, ...changes });
	}

	private async exchange<T>({ method, path, query, body, headers, schema }: Call<T>): Promise<T> {
		const { transport, clock, baseUrl, apiKey, organizationId, userAgent, signal, answerWithinMs } =
			this.options;
		const url = new URL(baseUrl.replace(/\/+$/, '') + path);
		for (const [name, value] of Object.entries(query ?? {})) {
			if (value !== undefined) url.searchParams.set(name, String(value));
		}
		const response = await transport.send({
			method,
			url,
			headers: {
				accept: 'application/json',
				authorization: `Bearer ${apiKey}`,
				...(userAgent ? { 'user-agent': userAgent } : {}),
				...(organizationId ? { 'x-organization-id': organizationId } : {}),
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
				...headers,
			},
			body,
			signal,
			...(answerWithinMs === undefined ? {} : { answerWithinMs }),
		});
		const bytes = await readWhole(response, { limit: LARGEST_ANSWER, host: url.host, clock });
		return readAnswer(response, this.mask(bytes.toString('utf8')), {
			schema,
			now: clock.now(),
			path: this.mask(path),
		});
	}
}

function readAnswer<T>(
	{ status, headers }: Pick<HttpResponse, 'status' | 'headers'>,
	text: string,
	call: { schema: ZodType<T, ZodTypeDef, unknown>; now: number; path: string },
): T {
	const { schema, now, path } = call;
	const requestId = headers['runflow-request-id'];
	const request = typeof requestId === 'string' ? requestId : undefined;
	if (status < 200 || status >= 300) {
		throw new RunflowApiError(status, readEnvelope(parseJson(text)), {
			requestId: request,
			retryAfterMs: readRetryAfter(headers['retry-after'], now),
			path: path.replace(/^\/v\d+\//, ''),
		});
	}
	const value = parseJson(text);
	if (value === undefined) throw new RunflowAnswerError('it is not JSON', status, request);
	const usable = checkedAnswer(value, schema, status, request);
	// Most fields may be absent, so an error under a success status gets through most schemas.
	// What has an id is none; a schema that does not fit takes long to say so.
	const failure = hasId(value) ? undefined : errorEnvelopeSchema.safeParse(value);
	if (failure?.success) {
		const said = `${failure.data.message} (${failure.data.code})`;
		throw new RunflowAnswerError(`it is an error: ${said}`, status, request);
	}
	// Schemas only check and never transform, so the answer itself is passed on, uncopied.
	return usable;
}

function hasId(value: unknown): boolean {
	return (value as { id?: unknown } | null)?.id !== undefined;
}

/** The answer itself where it is as the schema says; else without its odd fields, if that is enough. */
function checkedAnswer<T>(
	value: unknown,
	schema: ZodType<T, ZodTypeDef, unknown>,
	status: number,
	request: string | undefined,
): T {
	const checked = schema.safeParse(value);
	if (checked.success) return value as T;
	const { issues } = checked.error;
	const rest = withoutOddFields(value, issues);
	if (schema.safeParse(rest).success) return rest as T;
	const { path, message } = issues[0];
	const field = path.join('.') || 'the answer';
	throw new RunflowAnswerError(`${field}: ${message}`, status, request);
}

/** Runflow's envelope is flat; a nested `{error: {…}}`, which its own SDK tolerates, is read as well. */
function readEnvelope(value: unknown) {
	const flat = errorEnvelopeSchema.safeParse(value);
	if (flat.success) return flat.data;
	const nested = errorEnvelopeSchema.safeParse((value as { error?: unknown } | undefined)?.error);
	return nested.success ? nested.data : undefined;
}
