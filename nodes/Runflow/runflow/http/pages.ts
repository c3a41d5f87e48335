import { z, type ZodType, type ZodTypeDef } from 'zod';

import type { Api } from './api';
import { isTooLarge, RunflowAnswerError } from './errors';

/** Sizes of a page: the next smaller one where a page of a size is too large to be read. */
const PAGE_SIZES = [100, 25, 5, 1];

/**
 * Reads a list page by page until `most` entries are there or no page follows, in smaller pages where
 * the entries are large. The docs name the cursor of the next page `next` in one place and `next_pq`
 * in another and leave open whether it is a bare cursor or a link that carries it as `pq`; all of
 * these are read.
 *
 * @param options `isWanted` tells which entries are kept and counted, where a list may hold others; once
 * there were `mostOthers` of those, no further page is read
 * @throws what `Api.call` throws; RunflowConnectionError (tooLarge) where one entry is too large
 */
export async function listAll<T>(
	api: Api,
	path: string,
	entry: ZodType<T, ZodTypeDef, unknown>,
	options: {
		most?: number;
		query?: Record<string, string | undefined>;
		isWanted?: (entry: T) => boolean;
		mostOthers?: number;
	} = {},
): Promise<T[]> {
	const { most = Infinity, query, isWanted = () => true, mostOthers = Infinity } = options;
	const entries: T[] = [];
	let others = 0;
	const seen = new Set<string>();
	let cursor: string | undefined;
	let size = PAGE_SIZES[0];
	do {
		const limit = others > 0 ? size : Math.min(most - entries.length, size);
		const page = await listPage(api, path, entry, { query, cursor, limit }).catch(
			(error: unknown) => {
				const smaller = PAGE_SIZES.find((candidate) => candidate < limit);
				if (!isTooLarge(error) || !smaller) throw error;
				size = smaller;
			},
		);
		if (!page) continue;
		if (cursor !== undefined) seen.add(cursor);
		const wanted = page.entries.filter(isWanted);
		entries.push(...wanted);
		others += page.entries.length - wanted.length;
		cursor = page.entries.length > 0 && !seen.has(page.cursor ?? '') ? page.cursor : undefined;
		if (cursor === undefined) break;
	} while (entries.length < most && others < mostOthers);
	return entries.slice(0, most);
}

/** Reads one page; `cursor` in the answer is that of the page after it. */
export async function listPage<T>(
	api: Api,
	path: string,
	entry: ZodType<T, ZodTypeDef, unknown>,
	options: { limit: number; cursor?: string; query?: Record<string, string | undefined> },
): Promise<{ entries: T[]; cursor?: string }> {
	const page = await api.call({
		method: 'GET',
		path,
		query: { ...options.query, limit: options.limit, pq: options.cursor },
		retry: 'repeatable',
		schema: z.object({ items: z.array(entry), next: z.unknown(), next_pq: z.unknown() }),
	});
	return { entries: page.items, cursor: cursorIn(page.next ?? page.next_pq) };
}

/** @throws RunflowAnswerError for what is no cursor, since the rest of the list would go unseen */
function cursorIn(next: unknown): string | undefined {
	if (next === undefined || next === null || next === '') return undefined;
	if (typeof next === 'number') return String(next);
	if (typeof next !== 'string') throw new RunflowAnswerError('next: is not a cursor', 200);
	const query = /\?([^#]*)|^(pq=.*)$/.exec(next);
	return new URLSearchParams(query?.[1] ?? query?.[2] ?? '').get('pq') ?? next;
}
