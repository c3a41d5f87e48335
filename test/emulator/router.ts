import type { ApiRequest } from './apiRequest.ts';
import { isUuid } from './ids.ts';
import { ApiError, invalid, notFound } from './reply.ts';
import type { Reply } from './reply.ts';

/** Answers a request; `parameters` are the parts of the path that the pattern left open. */
export type Handler = (request: ApiRequest, parameters: string[]) => Reply | Promise<Reply>;

interface Route {
	method: string;
	pattern: string[];
	handler: Handler;
}

/**
 * Finds the handler of a path. In a pattern `:name` is one segment, `:name_id` one that must be a UUID,
 * and `**` two or more segments, given to the handler joined by slashes.
 */
export class Router {
	#routes: Route[] = [];

	/** Adds a route such as `GET /v1/batches/:batch_id/items`; earlier routes win. */
	add(line: string, handler: Handler): void {
		const [method, path] = line.split(' ');
		this.#routes.push({ method, pattern: path.slice(1).split('/'), handler });
	}

	/** Runs the route of a request, or throws the 404, 405 or 422 that it deserves. */
	run(request: ApiRequest): Reply | Promise<Reply> {
		const segments = request.path.slice(1).split('/').map(decode);
		const method = request.method === 'HEAD' ? 'GET' : request.method;
		let elsewhere = false;
		for (const route of this.#routes) {
			const parameters = match(route.pattern, segments);
			if (!parameters) continue;
			if (route.method === method) {
				checkIds(route.pattern, parameters);
				return route.handler(request, parameters);
			}
			elsewhere = true;
		}
		if (elsewhere) throw new ApiError(405, 'METHOD_NOT_ALLOWED', 'Method Not Allowed');
		throw notFound('Path');
	}
}

function decode(segment: string): string {
	try {
		return decodeURIComponent(segment);
	} catch {
		return segment;
	}
}

function match(pattern: string[], segments: string[]): string[] | null {
	const open = pattern.indexOf('**');
	if (open < 0 ? segments.length !== pattern.length : segments.length < pattern.length + 1) {
		return null;
	}
	const parameters: string[] = [];
	const surplus = segments.length - pattern.length;
	for (let i = 0; i < pattern.length; i++) {
		const part = pattern[i];
		const at = open >= 0 && i > open ? i + surplus : i;
		if (part === '**') {
			const several = segments.slice(i, i + surplus + 1);
			if (several.some((segment) => segment === '' || segment.includes('/'))) return null;
			parameters.push(several.join('/'));
		} else if (part.startsWith(':')) parameters.push(segments[at]);
		else if (part !== segments[at]) return null;
	}
	return parameters;
}

function checkIds(pattern: string[], parameters: string[]): void {
	const names = pattern.filter((part) => part === '**' || part.startsWith(':'));
	const wrong = names.findIndex((name, i) => name.endsWith('_id') && !isUuid(parameters[i]));
	if (wrong < 0) return;
	throw invalid([
		{
			loc: ['path', names[wrong].slice(1)],
			msg: 'Input should be a valid UUID',
			type: 'uuid_parsing',
		},
	]);
}
