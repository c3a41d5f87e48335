import type { ApiRequest } from './apiRequest.ts';
import { invalid } from './reply.ts';

/** How the cursor of the next page is written; docs pages disagree, so a client must read all three. */
export type CursorStyle = 'next' | 'next_pq' | 'url';

const MAXIMUM = 500;
const DEFAULT = 50;

/** One page of `all` by the request's `limit`, `pq` and `from_prev`. */
export function page<T>(
	request: ApiRequest,
	all: readonly T[],
	view: (entry: T) => Record<string, unknown>,
	style: CursorStyle,
	baseUrl: string,
): Record<string, unknown> {
	const limit = readLimit(request.query.get('limit'));
	const start = readCursor(request.query.get('pq'));
	const end = start + limit;
	const fields = request.query.get('fields')?.split(',');
	const items = all.slice(start, end).map((entry) => project(view(entry), fields));
	const cursor = (offset: number | null) => {
		if (offset === null) return null;
		const pq = Buffer.from(`o:${offset}`).toString('base64url');
		if (style !== 'url') return pq;
		const query = new URLSearchParams(request.query);
		query.set('pq', pq);
		return `${baseUrl}${request.path}?${query}`;
	};
	const next = cursor(end < all.length ? end : null);
	const previous = cursor(start > 0 ? Math.max(0, start - limit) : null);
	if (style === 'next_pq') return { items, next_pq: next, prev_pq: previous };
	return { items, first: items.length > 0 ? cursor(0) : null, next, previous };
}

function readLimit(text: string | null): number {
	if (text === null || text === '') return DEFAULT;
	const limit = Number(text);
	if (Number.isInteger(limit) && limit >= 1 && limit <= MAXIMUM) return limit;
	throw invalid([
		{ loc: ['query', 'limit'], msg: `Input should be between 1 and ${MAXIMUM}`, type: 'int_range' },
	]);
}

function readCursor(text: string | null): number {
	if (text === null || text === '') return 0;
	const match = /^o:(\d+)$/.exec(Buffer.from(text, 'base64url').toString('utf8'));
	if (match) return Number(match[1]);
	throw invalid([{ loc: ['query', 'pq'], msg: 'Invalid cursor', type: 'value_error' }]);
}

function project(record: Record<string, unknown>, fields: string[] | undefined) {
	if (!fields) return record;
	return Object.fromEntries(fields.map((name) => [name, record[name] ?? null]));
}

/**
 * A predicate for the `q` parameter: `field.EQ:'value'`, `field:text` (contains) and bare text
 * (contained in the searched text), joined by AND.
 */
export function filterOf<T>(
	q: string | null,
	field: (entry: T, name: string) => unknown,
	searched: (entry: T) => string,
): (entry: T) => boolean {
	if (!q?.trim()) return () => true;
	const terms = q.split(/\s+AND\s+/).map((part) => termOf(part.trim(), field, searched));
	return (entry) => terms.every((term) => term(entry));
}

function termOf<T>(
	term: string,
	field: (entry: T, name: string) => unknown,
	searched: (entry: T) => string,
): (entry: T) => boolean {
	const exact = /^(\w+)\.EQ:'(.*)'$/i.exec(term);
	if (exact) return (entry) => String(field(entry, exact[1])) === exact[2];
	const contains = /^(\w+):'?(.*?)'?$/.exec(term);
	if (contains) {
		const text = contains[2].toLowerCase();
		return (entry) => String(field(entry, contains[1])).toLowerCase().includes(text);
	}
	const text = term.toLowerCase();
	return (entry) => searched(entry).toLowerCase().includes(text);
}
