import { z } from 'zod';

import type { Api } from '../http/api';
import { RunflowAnswerError, RunflowApiError } from '../http/errors';
import { listAll, listPage } from '../http/pages';
import { text } from '../http/answerFields';
import { runSchema, type Run } from './runSchema';

const PAGE = 100;
const MOST_PAGES = 100;
/** n8n keeps executions for two weeks unless told otherwise, and older ones cannot be retried. */
const LOOKED_BACK_MS = 14 * 24 * 60 * 60 * 1_000;

/**
 * Looks for a run by its `client_ref`, `again` several times, since a list may be behind.
 *
 * @throws what `Api.call` throws, a failed last look included: then it is not known whether there is one
 */
export async function findRun(api: Api, ref: string, again: boolean): Promise<Run | undefined> {
	let failure: unknown;
	const read = async () => {
		failure = undefined;
		return await look(api, ref).catch((error: unknown) => {
			failure = error;
			throw error;
		});
	};
	const first = await read();
	const found = again ? await api.readAgain(first, read, (run) => run !== undefined) : first;
	if (!found && failure !== undefined) throw failure;
	return found;
}

/**
 * Runs with a `client_ref`, newest first: by the filter that Runflow's own code uses, or by that of its
 * page on requests where it refuses the first. Where both are ignored, they are runs of any kind.
 *
 * @param options which of them are wanted, as in `listAll`
 */
export async function filteredRuns(
	api: Api,
	clientRef: string,
	options: { most: number; isWanted?: (run: Run) => boolean; mostOthers?: number },
): Promise<Run[]> {
	const ask = async (q: string) =>
		await listAll(api, '/v1/runs', runSchema, { ...options, query: { q, ...NEWEST_FIRST } });
	return await ask(`client_ref.EQ:'${clientRef}'`).catch(async (error: unknown) => {
		const isRefused = error instanceof RunflowApiError && [400, 422].includes(error.status);
		if (!isRefused) throw error;
		return await ask(`client_ref:${clientRef}`);
	});
}

const NEWEST_FIRST = { sort_by: 'created_at:desc' };

async function look(api: Api, ref: string): Promise<Run | undefined> {
	const runs = await filteredRuns(api, ref, { most: PAGE });
	const found = runs.find(({ client_ref }) => client_ref === ref);
	if (found || runs.length === 0) return found;
	// Other runs came: Runflow does not filter, and all have to be looked through.
	const id = await idAmongAll(api, ref);
	return id === undefined
		? undefined
		: await api.call({
				method: 'GET',
				path: `/v1/runs/${encodeURIComponent(id)}`,
				query: { add_signature: 'true' },
				retry: 'repeatable',
				schema: runSchema,
			});
}

interface Seen {
	idsByRef: Map<string, string>;
	ids: Set<string>;
	reading?: Promise<void>;
}

const handleSchema = z.object({ id: z.string(), client_ref: text, created_at: text }).passthrough();
const seenBy = new WeakMap<Api, Seen>();

/** The list is read once for all looks; each further one reads what is new in it. */
async function idAmongAll(api: Api, ref: string): Promise<string | undefined> {
	const seen: Seen = seenBy.get(api) ?? { idsByRef: new Map(), ids: new Set() };
	seenBy.set(api, seen);
	seen.reading ??= readNew(api, seen).finally(() => (seen.reading = undefined));
	await seen.reading;
	return seen.idsByRef.get(ref);
}

async function readNew(api: Api, seen: Seen): Promise<void> {
	const added: Array<z.infer<typeof handleSchema>> = [];
	let newest: number | undefined;
	let cursor: string | undefined;
	for (let pages = 0; ; pages++) {
		if (pages === MOST_PAGES) {
			throw new RunflowAnswerError('client_ref: the list of runs is too long to look through', 200);
		}
		const page = await listPage(api, '/v1/runs', handleSchema, {
			limit: PAGE,
			cursor,
			query: { fields: 'id,client_ref,created_at', ...NEWEST_FIRST },
		});
		const fresh = page.entries.filter(({ id }) => !seen.ids.has(id));
		added.push(...fresh);
		const oldest = Date.parse(page.entries.at(-1)?.created_at ?? '');
		newest ??= Date.parse(page.entries[0]?.created_at ?? '');
		const isKnownFromHere = fresh.length < page.entries.length;
		const isLongAgo = newest - oldest > LOOKED_BACK_MS;
		if (page.cursor === undefined || page.cursor === cursor || isKnownFromHere || isLongAgo) break;
		if (page.entries.length === 0) break;
		cursor = page.cursor;
	}
	// Kept only now: what was read in part must not look like all that there is.
	for (const { id, client_ref: clientRef } of added) {
		seen.ids.add(id);
		if (clientRef) seen.idsByRef.set(clientRef, id);
	}
}
