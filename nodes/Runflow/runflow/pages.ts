import { z, type ZodType, type ZodTypeDef } from 'zod';

import type { Api } from './api';

const LARGEST_PAGE = 100;

/**
 * Reads a list page by page until `most` entries are there or no page follows. The docs name the
 * cursor of the next page `next` in one place and `next_pq` in another and leave open whether it is
 * a bare cursor or a link that carries it as `pq`; all of these are read.
 */
export async function listAll<T>(
	api: Api,
	path: string,
	entry: ZodType<T, ZodTypeDef, unknown>,
	options: { most?: number; query?: Record<string, string | undefined> } = {},
): Promise<T[]> {
	const { most = Infinity, query } = options;
	const entries: T[] = [];
	const seen = new Set<string>();
	let cursor: string | undefined;
	do {
		if (cursor !== undefined) seen.add(cursor);
		const page = await listPage(api, path, entry, {
			query,
			cursor,
			limit: Math.min(most - entries.length, LARGEST_PAGE),
		});
		entries.push(...page.entries);
		cursor = page.entries.length > 0 && !seen.has(page.cursor ?? '') ? page.cursor : undefined;
	} while (cursor !== undefined && entries.length < most);
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
		schema: z.object({
			items: z.array(entry),
			next: z.string().nullish(),
			next_pq: z.string().nullish(),
		}),
	});
	const next = page.next ?? page.next_pq;
	return { entries: page.items, cursor: next ? cursorIn(next) : undefined };
}

function cursorIn(next: string): string {
	const query = /\?([^#]*)|^(pq=.*)$/.exec(next);
	return new URLSearchParams(query?.[1] ?? query?.[2] ?? '').get('pq') ?? next;
}
