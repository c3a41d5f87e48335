/** Bytes that are made while they are sent, so that large files cost no memory. */
export interface ByteSource {
	size: number;
	/** At least one and at most `length` bytes from `offset` on. */
	chunk(offset: number, length: number): Buffer;
}

/** What a route answers. */
export interface Reply {
	status: number;
	headers: Record<string, string>;
	body: ByteSource;
}

/** One entry of `errors` in a 422 answer. */
export interface ErrorDetail {
	loc?: (string | number)[];
	msg: string;
	type?: string;
	[extra: string]: unknown;
}

/** A refusal: thrown by a route, answered as Runflow's error envelope. */
export class ApiError extends Error {
	readonly status: number;
	readonly code: string;
	readonly errors: ErrorDetail[] | null;

	constructor(status: number, code: string, message: string, errors: ErrorDetail[] | null = null) {
		super(message);
		this.status = status;
		this.code = code;
		this.errors = errors;
	}
}

/** A 422 that names what is wrong with the request. */
export function invalid(errors: ErrorDetail[]): ApiError {
	return new ApiError(422, 'VALIDATION_ERROR', 'Request validation failed', errors);
}

export function notFound(what: string): ApiError {
	return new ApiError(404, 'NOT_FOUND', `${what} not found`);
}

/** Bytes already in memory as a source. */
export function bytes(buffer: Buffer): ByteSource {
	return {
		size: buffer.length,
		chunk: (offset, length) => buffer.subarray(offset, offset + length),
	};
}

export function json(status: number, value: unknown): Reply {
	return {
		status,
		headers: { 'content-type': 'application/json' },
		body: bytes(Buffer.from(JSON.stringify(value))),
	};
}

export function empty(status: number): Reply {
	return { status, headers: {}, body: bytes(Buffer.alloc(0)) };
}

/** The envelope every refusal has. */
export function errorReply(error: ApiError): Reply {
	return json(error.status, { code: error.code, message: error.message, errors: error.errors });
}

/** The whole body in one buffer, for replies that are known to be small. */
export function bodyText(reply: Reply): string {
	const parts: Buffer[] = [];
	for (let at = 0; at < reply.body.size;) {
		const part = reply.body.chunk(at, reply.body.size - at);
		parts.push(part);
		at += part.length;
	}
	return Buffer.concat(parts).toString('utf8');
}
