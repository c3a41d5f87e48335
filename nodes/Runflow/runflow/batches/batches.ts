import { markUnclear } from '../creations';
import type { Api } from '../http/api';
import {
	IdempotencyConflictError,
	isTooLarge,
	MaybeDoneError,
	RunflowApiError,
} from '../http/errors';
import { listAll } from '../http/pages';
import {
	batchItemSchema,
	batchSchema,
	createdBatchSchema,
	type Batch,
	type BatchItem,
	type CreatedBatch,
} from './batchSchemas';
import { normalizeStatus, terminalStatus } from '../states';

/** Body of a batch creation. Source: docs.runflow.io, api-reference create-and-dispatch-a-batch. */
export interface BatchRequest {
	/** 1 to 100 elements, each the model's own input with an optional `client_ref` beside its fields. */
	input: ReadonlyArray<Record<string, unknown>>;
	/** Comes back in the batch and in its callback. */
	metadata?: Record<string, unknown>;
	callback_url?: string;
}

/** Limits that the docs state for a batch creation. */
export const BATCH_LIMITS = { items: 100, clientRefLength: 255, callbackUrlLength: 2048 } as const;

/**
 * Creates a batch. With the key, sending the same body again gives the first answer back and
 * creates nothing, so lost answers are asked for again. What a duplicate meets while the first is
 * still being worked on the docs leave open: after a try that may have arrived, a conflict is asked
 * again as well.
 *
 * @param modelPath encoded `owner/slug`, from `modelPath`
 * @param body the BatchRequest as JSON text, the same bytes for the same key
 * @param options `inDoubt` tells that an earlier call with these bytes may have arrived
 * @throws IdempotencyConflictError when Runflow knows the key and does not give its batch back;
 * otherwise as `Api.call`
 */
export async function createBatch(
	api: Api,
	modelPath: string,
	body: string,
	idempotencyKey: string,
	options: { inDoubt?: boolean } = {},
): Promise<CreatedBatch> {
	return await api
		.call({
			method: 'POST',
			path: `/v1/models/${modelPath}/batches`,
			body,
			headers: { 'idempotency-key': idempotencyKey },
			retry: 'keyed',
			inDoubt: options.inDoubt,
			schema: createdBatchSchema,
		})
		.catch((error: unknown) => {
			const mayBeDone = error instanceof MaybeDoneError;
			const failure = mayBeDone ? error.failure : error;
			const isConflict = failure instanceof RunflowApiError && failure.status === 409;
			const shown = isConflict ? new IdempotencyConflictError(failure) : failure;
			if (mayBeDone) markUnclear(shown as object);
			throw shown;
		});
}

const largeBatches = new WeakMap<Api, Set<string>>();

/**
 * Reads how far a batch is, with its counters and item handles. The answer repeats every input and
 * output; where that is too large to be read, the batch is put together from the states of its items,
 * without what only itself tells (cost, metadata, output), and asked for like that from then on.
 */
export async function getBatch(api: Api, batchId: string): Promise<Batch> {
	const large = largeBatches.get(api) ?? new Set();
	if (large.has(batchId)) return await getBatchFromItems(api, batchId);
	return await getWholeBatch(api, batchId).catch(async (error: unknown) => {
		if (!isTooLarge(error)) throw error;
		largeBatches.set(api, large.add(batchId));
		return await getBatchFromItems(api, batchId);
	});
}

/** Reads a batch with everything that it tells; one that is too large to be read is an error. */
export async function getWholeBatch(api: Api, batchId: string): Promise<Batch> {
	return await api.call({
		method: 'GET',
		path: `/v1/batches/${encodeURIComponent(batchId)}`,
		retry: 'repeatable',
		schema: batchSchema,
	});
}

const HANDLE_FIELDS = 'id,batch_id,sequence_index,run_id,status_code,client_ref';

/** A batch as far as its items tell of it; the `fields` of lists keep inputs and outputs out. */
async function getBatchFromItems(api: Api, batchId: string): Promise<Batch> {
	const path = `/v1/batches/${encodeURIComponent(batchId)}/items`;
	const items = await listAll(api, path, batchItemSchema, { query: { fields: HANDLE_FIELDS } });
	const states = items.map(({ status_code }) => normalizeStatus(status_code ?? ''));
	const count = (state: string) => states.filter((each) => each === state).length;
	return {
		id: batchId,
		status_code: statusOfItems(states),
		items_total: items.length,
		items_succeeded: count('succeeded'),
		items_failed: count('failed'),
		items_cancelled: count('cancelled'),
		items,
	};
}

function statusOfItems(states: string[]): string {
	if (states.length === 0 || !states.every(terminalStatus)) return 'running';
	return states.every((state) => state === states[0]) ? states[0] : 'partial_succeeded';
}

/** Reads one item of a batch; links in its output are signed anew. */
export async function getBatchItem(api: Api, batchId: string, itemId: string): Promise<BatchItem> {
	return await api.call({
		method: 'GET',
		path: `/v1/batches/${encodeURIComponent(batchId)}/items/${encodeURIComponent(itemId)}`,
		retry: 'repeatable',
		schema: batchItemSchema,
	});
}

/** Reads the items of a batch with their inputs, outputs and errors, in the order of the batch. */
export async function listBatchItems(
	api: Api,
	batchId: string,
	most = Infinity,
): Promise<BatchItem[]> {
	const path = `/v1/batches/${encodeURIComponent(batchId)}/items`;
	return await listAll(api, path, batchItemSchema, { most });
}
