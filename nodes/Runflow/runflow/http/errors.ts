import type { ErrorEnvelope } from './envelope';
import { CONNECTION_FAILURES, type ConnectionFailure, type FailureKind } from './port';

/** A place in the request that Runflow's validation names, e.g. `input.3.prompt`. */
export interface FieldError {
	path: string;
	message: string;
	/** Runflow's `error_type` or `type`, where it sends one. */
	type?: string;
}

/** Base of everything the client throws. Messages hold no key, secret or request body. */
export abstract class RunflowError extends Error {
	/** The class's name, given as text: in the package classes have shorter ones. */
	abstract override readonly name: string;
	/** Runflow's `Runflow-Request-Id`, to be named when asking Runflow's support. */
	readonly requestId?: string;

	constructor(message: string, options: { requestId?: string; cause?: unknown } = {}) {
		super(message, { cause: options.cause });
		this.requestId = options.requestId;
	}
}

/** Runflow answered with a status that is not a success. */
export class RunflowApiError extends RunflowError {
	override readonly name: string = 'RunflowApiError';
	readonly status: number;
	/** Runflow's own code, e.g. `PERMISSION_DENIED`; absent when the answer is not Runflow's envelope. */
	readonly code?: string;
	/** Runflow's `error_type` beside the code, where it sends one. */
	readonly errorType?: string;
	readonly fieldErrors: FieldError[];
	/** How long Runflow asked to wait, in milliseconds. */
	readonly retryAfterMs?: number;

	constructor(
		status: number,
		envelope: ErrorEnvelope | undefined,
		options: { requestId?: string; retryAfterMs?: number } = {},
	) {
		super(shortened(envelope?.message) || `Runflow answered with HTTP status ${status}`, options);
		this.status = status;
		this.code = envelope?.code;
		this.errorType = typeof envelope?.error_type === 'string' ? envelope.error_type : undefined;
		this.fieldErrors = (envelope?.errors ?? []).map(readFieldError);
		this.retryAfterMs = options.retryAfterMs;
	}
}

/**
 * Runflow has the Idempotency-Key of a creation already: with other content, or because the first
 * request is still being worked on. Whether there is a batch is not known.
 */
export class IdempotencyConflictError extends RunflowApiError {
	override readonly name: string = 'IdempotencyConflictError';
	constructor({ status, code, message, fieldErrors, requestId }: RunflowApiError) {
		const errors = fieldErrors.map((error) => ({ ...error }));
		super(status, { code: code ?? '', message, errors }, { requestId });
	}
}

/** A request that may have done its work failed, and would do it again if it were repeated. */
export class MaybeDoneError extends RunflowError {
	override readonly name: string = 'MaybeDoneError';
	/** What happened to the request. */
	readonly failure: RunflowError;

	constructor(failure: RunflowError) {
		super(failure.message, { requestId: failure.requestId, cause: failure });
		this.failure = failure;
	}
}

/** Runflow could not be reached, or the connection ended before the whole answer was there. */
export class RunflowConnectionError extends RunflowError {
	override readonly name: string = 'RunflowConnectionError';
	readonly kind: ConnectionFailure;
	/** The adapter's own code, e.g. `ECONNREFUSED`, for people to read. */
	readonly code: string;
	/** Whether the request provably did nothing at Runflow. */
	readonly unsent: boolean;
	/** Whether asking again within seconds would give the same. */
	readonly lasting: boolean;

	constructor(
		kind: ConnectionFailure,
		host: string,
		options: { code?: string; cause?: unknown } = {},
	) {
		const code = options.code ?? kind;
		super(`The connection to ${host} failed (${code})`, { cause: options.cause });
		this.kind = kind;
		this.code = code;
		({ unsent: this.unsent, lasting: this.lasting } = CONNECTION_FAILURES[kind]);
	}
}

/** Whether an answer was too large to be read, which no repeat changes. */
export function isTooLarge(error: unknown): boolean {
	return error instanceof RunflowConnectionError && error.kind === 'tooLarge';
}

/** Runflow answered with a success, but with something the docs do not describe. */
export class RunflowAnswerError extends RunflowError {
	override readonly name: string = 'RunflowAnswerError';
	/** HTTP status of the answer. */
	readonly status: number;

	constructor(detail: string, status: number, requestId?: string) {
		super(`Runflow's answer cannot be used: ${detail}`, { requestId });
		this.status = status;
	}
}

/** Why a file could not be sent or fetched. */
export type FileFault =
	/** Its address is not one that files may be at. */
	| 'address'
	/** Its host answered with a status that is no success. */
	| 'status'
	/** It is larger than allowed. */
	| 'size'
	/** It ended early every time, or cannot be had whole. */
	| 'incomplete'
	/** What its host hands out is not, or no longer, the file as it is. */
	| 'changed';

/** A file could not be sent to or fetched from the host it lies on. Names no query: that signs links. */
export class FileTransferError extends RunflowError {
	override readonly name: string = 'FileTransferError';
	readonly fault: FileFault;
	/** HTTP status of the file's host. */
	readonly status?: number;
	/** How long the file's host asked to wait, in milliseconds. */
	readonly retryAfterMs?: number;

	constructor(
		fault: FileFault,
		message: string,
		options: { status?: number; retryAfterMs?: number; cause?: unknown } = {},
	) {
		super(message, { cause: options.cause });
		this.fault = fault;
		this.status = options.status;
		this.retryAfterMs = options.retryAfterMs;
	}
}

/** A policy of the host (blocked address, domain that the credential does not allow) refused the request. */
export class EgressRefusedError extends RunflowError {
	override readonly name: string = 'EgressRefusedError';
}

/** The caller cancelled the request. */
export class RequestCancelledError extends RunflowError {
	override readonly name: string = 'RequestCancelledError';
	constructor() {
		super('The request was cancelled');
	}
}

const LONGEST_MESSAGE = 500;

/** A message stands in the error of every row that it is about. */
function shortened(message = ''): string {
	return message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
}

/**
 * The error for a request that failed without an answer: what an adapter throws.
 *
 * @param host for the message
 * @param options the adapter's own code for people to read; for `policy` what was refused, in words
 */
export function failure(
	kind: FailureKind,
	host: string,
	options: { code?: string; message?: string; cause?: unknown } = {},
): RunflowError {
	switch (kind) {
		case 'cancelled':
			return new RequestCancelledError();
		case 'policy':
			return new EgressRefusedError(
				options.message ?? `Requests to ${host} are not allowed`,
				options,
			);
		default:
			return new RunflowConnectionError(kind, host, options);
	}
}

function readFieldError(entry: Record<string, unknown>): FieldError {
	const location = entry.loc ?? entry.path ?? entry.field ?? entry.error_path;
	const segments = Array.isArray(location) ? location : [location];
	const message = entry.msg ?? entry.message ?? entry.error_message ?? entry.detail;
	const type = entry.error_type ?? entry.type;
	return {
		path: segments.filter((segment) => segment !== undefined && segment !== 'body').join('.'),
		message: typeof message === 'string' ? message : 'is not valid',
		...(typeof type === 'string' ? { type } : {}),
	};
}
