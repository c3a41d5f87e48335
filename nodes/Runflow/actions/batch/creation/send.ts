import { NodeApiError, type IExecuteFunctions } from 'n8n-workflow';

import { editionOf } from '../../../host/edition';
import {
	createBatch,
	IdempotencyConflictError,
	isBatchUnsupported,
	isCreationRefused,
	type Api,
	type CreatedBatch,
	type RunflowApiError,
} from '../../../runflow';
import { mapConcurrently } from '../../concurrency';
import { readConcurrency } from '../../fields/requestOptions';
import { anotherKey, takenKeys } from './keys';
import type { RememberedBatch, RunMemory } from './memory';
import { whatStands } from './recall';

/** What came of each batch, in the order of the batches; `undefined` for one that was not sent. */
export type Outcomes = Array<PromiseSettledResult<CreatedBatch> | undefined>;

/**
 * Creates batches. Each is remembered before its request goes out, with its id once it exists, and
 * forgotten where Runflow refused it, since then there is none.
 */
export async function sendBatches(
	context: IExecuteFunctions,
	api: Api,
	batches: RememberedBatch[],
	memory: RunMemory,
): Promise<Outcomes> {
	const taken = takenKeys(memory);
	for (const { key } of batches) taken.add(key);
	return await mapConcurrently(
		batches,
		async (batch) => {
			const inDoubt = memory.batches.includes(batch);
			if (!inDoubt) memory.batches.push(batch);
			return await sendUntilOfUse(context, api, batch, { memory, taken, inDoubt }).catch(
				(error: unknown) => {
					if (isForgotten(batch, error)) memory.batches.splice(memory.batches.indexOf(batch), 1);
					throw isBatchUnsupported(error) ? noBatches(context, error, batch.model) : error;
				},
			);
		},
		{ goOn: context.continueOnFail(), concurrency: readConcurrency(context) },
	);
}

const MOST_KEYS = 5;

/**
 * Creates a batch. Where n8n's Retry was pressed before, its key may give back a batch of that time
 * whose rows have all failed: such a one is no result of this try, and it is made under another key.
 *
 * @param taken keys that batches of this run have or are planned under
 */
async function sendUntilOfUse(
	context: IExecuteFunctions,
	api: Api,
	batch: RememberedBatch,
	{ memory, taken, inDoubt }: { memory: RunMemory; taken: Set<string>; inDoubt: boolean },
): Promise<CreatedBatch> {
	const { body } = batch;
	const { clock } = editionOf(context);
	for (let keys = 1; ; keys++) {
		const sentAt = clock.now();
		const created = await send(api, batch, inDoubt);
		const isOld = Date.parse(created.created_at ?? '') < sentAt;
		if (!memory.isRetried || !isOld || keys === MOST_KEYS) return created;
		if (await whatStands(api, batch)) return created;
		if (batch.ownKey !== undefined) memory.spentKeys.push(batch.key);
		Object.assign(batch, { key: anotherKey(batch, taken), id: undefined, body });
	}
}

async function send(api: Api, batch: RememberedBatch, inDoubt: boolean): Promise<CreatedBatch> {
	const { model, body = '', key } = batch;
	const created = await createBatch(api, model, body, key, { inDoubt });
	batch.id = created.id;
	delete batch.body;
	return created;
}

/**
 * Whether there is nothing to remember of a batch that failed. A conflict over a key of the node's
 * own means that a try which nobody remembers, because n8n was killed, has made the batch.
 */
function isForgotten({ ownKey }: RememberedBatch, error: unknown): boolean {
	const isConflict = error instanceof IdempotencyConflictError;
	return isCreationRefused(error) && (!isConflict || ownKey !== undefined);
}

function noBatches(context: IExecuteFunctions, error: RunflowApiError, modelPath: string) {
	const model = decodeURIComponent(modelPath);
	const request = error.requestId ? ` (Runflow request ${error.requestId})` : '';
	return new NodeApiError(
		context.getNode(),
		{ message: error.message },
		{
			message: `${model} cannot run as a batch`,
			description: `Nothing was created or charged. Runflow takes batches only for some of its models, and which ones the catalogue does not tell: choose another model. Runflow says: ${error.message}${request}`,
			httpCode: '422',
		},
	);
}
