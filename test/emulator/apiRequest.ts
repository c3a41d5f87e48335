import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

import { invalid } from './reply.ts';

/** A request with its body read, as routes and fault rules see it. */
export interface ApiRequest {
	method: string;
	/** Path without the query. */
	path: string;
	/** Path and query exactly as received. */
	target: string;
	query: URLSearchParams;
	headers: IncomingHttpHeaders;
	body: Buffer;
	/** Time to spend before the work is done, set by a fault rule. */
	workDelayMs: number;
}

/** Reads the whole request. */
export async function readRequest(message: IncomingMessage): Promise<ApiRequest> {
	const target = message.url ?? '/';
	const mark = target.indexOf('?');
	return {
		method: message.method ?? 'GET',
		path: mark < 0 ? target : target.slice(0, mark),
		target,
		query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
		headers: message.headers,
		body: await readBody(message),
		workDelayMs: 0,
	};
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
	const { headers } = message;
	if (!headers['transfer-encoding'] && !Number(headers['content-length'])) return Buffer.alloc(0);
	const parts: Buffer[] = [];
	for await (const part of message) parts.push(part as Buffer);
	return parts.length === 1 ? parts[0] : Buffer.concat(parts);
}

/** The body as a JSON object, or a 422. */
export function jsonObject(request: ApiRequest): Record<string, unknown> {
	if (!/^application\/(.+\+)?json/i.test(request.headers['content-type'] ?? '')) {
		throw invalid([
			{
				loc: ['body'],
				msg: 'Content-Type must be application/json',
				type: 'model_attributes_type',
			},
		]);
	}
	let value: unknown;
	try {
		value = JSON.parse(request.body.toString('utf8'));
	} catch {
		throw invalid([{ loc: ['body'], msg: 'JSON decode error', type: 'json_invalid' }]);
	}
	if (!isObject(value)) {
		throw invalid([{ loc: ['body'], msg: 'Input should be an object', type: 'dict_type' }]);
	}
	return value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
