import { markUnclear } from '../creations';
import type { Api } from '../http/api';
import { IdempotencyConflictError, MaybeDoneError, RunflowApiError } from '../http/errors';
import { listAll } from '../http/pages';
import { runSchema, type Run } from './runSchema';

/** Body of a run's creation. Source: docs.runflow.io, create-and-dispatch-a-singleton-model-run. */
export interface RunRequest {
	/** The model's own input. */
	input: Record<string, unknown>;
	metadata?: Record<string, unknown>;
	callback_url?: string;
	/** One that no other run has: by it the run is found again. */
	client_ref: string;
}

const MOST_SENDS = 5;
// A filter that Runflow does not understand may give other runs; ours is among the newest then.
const MOST_FOUND = 100;

/**
 * Creates a run. Whether runs honour the Idempotency-Key the docs leave open, so after a failure that
 * may have made the run it is looked for by its `client_ref`, and sent again, the same bytes under the
 * same key, only where it is not there.
 *
 * @param modelPath encoded `owner/slug`, from `modelPath`
 * @param body the RunRequest as JSON text
 * @param options `look`: before anything is sent the run is looked for, `again` where it may have been
 * made moments ago
 * @throws IdempotencyConflictError when Runflow knows the key and the run is not to be found; otherwise
 * as `Api.call`
 */
export async function createRun(
	api: Api,
	modelPath: string,
	body: string,
	idempotencyKey: string,
	{ look }: { look?: 'once' | 'again' } = {},
): Promise<Run> {
	const ref = (JSON.parse(body) as RunRequest).client_ref;
	let mayBeDone = look === 'again';
	const there =
		look &&
		(await find(api, ref, mayBeDone).catch((error: unknown) => {
			if (mayBeDone) markUnclear(error as object);
			throw error;
		}));
	if (there) return there;
	for (let sends = 1; ; sends++) {
		const outcome = await send(api, modelPath, body, idempotencyKey);
		if ('run' in outcome) return outcome.run;
		const isAmbiguous = outcome.error instanceof MaybeDoneError;
		const failure = isAmbiguous ? (outcome.error as MaybeDoneError).failure : outcome.error;
		mayBeDone ||= isAmbiguous;
		const isConflict = failure instanceof RunflowApiError && failure.status === 409;
		const shown = isConflict ? new IdempotencyConflictError(failure) : failure;
		if (mayBeDone) markUnclear(shown as object);
		if (!isAmbiguous && !(isConflict && mayBeDone)) throw shown;
		if (!(await api.waitAsAsked(failure))) throw shown;
		const found = await find(api, ref, true).catch(() => {
			throw shown;
		});
		if (found) return found;
		if (sends >= MOST_SENDS) throw shown;
	}
}

/** Reads a run; links in its output are signed anew. */
export async function getRun(api: Api, runId: string): Promise<Run> {
	return await api.call({
		method: 'GET',
		path: `/v1/runs/${encodeURIComponent(runId)}`,
		query: { add_signature: 'true' },
		retry: 'repeatable',
		schema: runSchema,
	});
}

/** Reads the organization's runs, up to so many, optionally those with a `client_ref`. */
export async function listRuns(
	api: Api,
	{ clientRef, most = Infinity }: { clientRef?: string; most?: number } = {},
): Promise<Run[]> {
	if (!clientRef) return await listAll(api, '/v1/runs', runSchema, { most });
	const runs = await filtered(api, clientRef, most);
	return runs.filter(({ client_ref }) => client_ref === clientRef);
}

async function send(
	api: Api,
	modelPath: string,
	body: string,
	key: string,
): Promise<{ run: Run } | { error: unknown }> {
	return await api
		.call({
			method: 'POST',
			path: `/v1/models/${modelPath}/runs`,
			body,
			headers: { 'idempotency-key': key },
			retry: 'once',
			schema: runSchema,
		})
		.then(
			(run) => ({ run }),
			(error: unknown) => ({ error }),
		);
}

/** Looks for a run by its reference, `again` several times, since a list may be behind. */
async function find(api: Api, ref: string, again: boolean): Promise<Run | undefined> {
	const read = async () => (await listRuns(api, { clientRef: ref, most: MOST_FOUND })).at(0);
	const first = await read();
	return again ? await api.readAgain(first, read, (run) => run !== undefined) : first;
}

/**
 * Runs by the filter that Runflow's own code uses, or by that of its page on requests where it refuses
 * the first; one that is ignored shows the newest runs.
 */
async function filtered(api: Api, clientRef: string, most: number): Promise<Run[]> {
	const ask = async (q: string) =>
		await listAll(api, '/v1/runs', runSchema, {
			most,
			query: { q, sort_by: 'created_at:desc' },
		});
	return await ask(`client_ref.EQ:'${clientRef}'`).catch(async (error: unknown) => {
		const isRefused = error instanceof RunflowApiError && [400, 422].includes(error.status);
		if (!isRefused) throw error;
		return await ask(`client_ref:${clientRef}`);
	});
}
