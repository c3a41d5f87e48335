import { markUnclear } from '../creations';
import type { Api } from '../http/api';
import { IdempotencyConflictError, MaybeDoneError, RunflowApiError } from '../http/errors';
import { listAll } from '../http/pages';
import { isSameJson } from '../json';
import { isRecord } from '../records';
import { filteredRuns, findRun } from './findRun';
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

/**
 * Creates a run. Whether runs honour the Idempotency-Key the docs leave open, so after a failure that
 * may have made the run it is looked for by its `client_ref`, and sent again, the same bytes under the
 * same key, only where it is not there.
 *
 * @param modelPath encoded `owner/slug`, from `modelPath`
 * @param body the RunRequest as JSON text
 * @param options `look`: before anything is sent the run is looked for, `again` where it may have been
 * made moments ago; `inDoubt`: these very bytes may have arrived before
 * @throws IdempotencyConflictError when Runflow knows the key and the run is not to be found, or has the
 * reference with other input; otherwise as `Api.call`
 */
export async function createRun(
	api: Api,
	modelPath: string,
	body: string,
	idempotencyKey: string,
	{ look, inDoubt = false }: { look?: 'once' | 'again'; inDoubt?: boolean } = {},
): Promise<Run> {
	const { client_ref: ref, input } = JSON.parse(body) as RunRequest;
	let mayBeDone = inDoubt;
	const there =
		look &&
		(await findRun(api, ref, look === 'again').catch((error: unknown) => {
			if (mayBeDone) markUnclear(error as object);
			throw error;
		}));
	if (there && !inDoubt && !hasInput(there, input)) throw otherInput(there);
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
		const found = await findRun(api, ref, true).catch(() => {
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

// What a list brings beside where Runflow does not filter it.
const MOST_OTHERS = 2_000;

/**
 * Reads the organization's runs, up to so many, optionally those with a `client_ref`. Where Runflow
 * does not filter, these are looked for among its newest 2,000.
 */
export async function listRuns(
	api: Api,
	{ clientRef, most = Infinity }: { clientRef?: string; most?: number } = {},
): Promise<Run[]> {
	if (!clientRef) return await listAll(api, '/v1/runs', runSchema, { most });
	const isWanted = ({ client_ref }: Run) => client_ref === clientRef;
	return await filteredRuns(api, clientRef, { most, isWanted, mostOthers: MOST_OTHERS });
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

/** Whether a run has the input; Runflow may add fields that the model has defaults for. */
function hasInput(run: Run, input: Record<string, unknown>): boolean {
	const theirs = run.input;
	if (!isRecord(theirs)) return true;
	return Object.entries(input).every(([name, value]) => isSameJson(value, theirs[name]));
}

function otherInput({ id }: Run): IdempotencyConflictError {
	const message = `Run ${id} was made for this row with other input`;
	return new IdempotencyConflictError(new RunflowApiError(409, { code: 'CONFLICT', message }));
}
