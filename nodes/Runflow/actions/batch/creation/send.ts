import type { IExecuteFunctions } from 'n8n-workflow';

import { editionOf } from '../../../host/edition';
import {
	createBatch,
	createRun,
	IdempotencyConflictError,
	isBatchUnsupported,
	isCreationRefused,
	type Api,
	type CreatedBatch,
	type Run,
} from '../../../runflow';
import { mapConcurrently } from '../../concurrency';
import { readConcurrency } from '../../fields/requestOptions';
import { anotherKey, takenKeys } from './keys';
import type { RememberedBatch, RunMemory } from './memory';
import { bodyUnder } from './loneRows/planRuns';
import { whatStands } from './recall';
import { noBatchesError } from './loneRows/takesNoBatches';

/** What became of a batch whose model takes none: its rows are still to run. */
export const TAKES_NO_BATCHES = 'takes no batches';

type Created = CreatedBatch | Run;
type Sent = Created | typeof TAKES_NO_BATCHES;

/** What came of each batch or run; nothing for one that was not sent. */
export type Outcomes = Map<RememberedBatch, PromiseSettledResult<Sent>>;

/**
 * Creates batches and runs. Each is remembered before its request goes out, with its id once it
 * exists, and forgotten where Runflow refused it, since then there is none.
 *
 * @param rowsAlone whether a model that takes no batches is no failure
 */
export async function sendBatches(
	context: IExecuteFunctions,
	api: Api,
	batches: RememberedBatch[],
	memory: RunMemory,
	rowsAlone: boolean,
): Promise<Outcomes> {
	const remembered = new Set(memory.batches);
	const taken = takenKeys(memory);
	for (const { key } of batches) taken.add(key);
	const withoutBatches = new Set<string>();
	const outcomes = await mapConcurrently(
		batches,
		async (batch): Promise<Sent> => {
			const inDoubt = remembered.has(batch);
			if (withoutBatches.has(batch.model) && !inDoubt && !batch.isRun) return TAKES_NO_BATCHES;
			if (!inDoubt) memory.batches.push(batch);
			return await sendUntilOfUse(context, api, batch, { memory, taken, inDoubt }).catch(
				(error: unknown): Sent => {
					if (isForgotten(batch, error)) memory.batches.splice(memory.batches.indexOf(batch), 1);
					if (batch.isRun || !isBatchUnsupported(error)) throw error;
					if (!rowsAlone || !isCreationRefused(error)) {
						throw noBatchesError(context, error, batch.model);
					}
					withoutBatches.add(batch.model);
					return TAKES_NO_BATCHES;
				},
			);
		},
		{ goOn: context.continueOnFail(), concurrency: readConcurrency(context) },
	);
	return new Map(
		outcomes.flatMap((outcome, index) => (outcome ? [[batches[index], outcome] as const] : [])),
	);
}

const MOST_KEYS = 5;

/**
 * Creates a batch or run. Where n8n's Retry was pressed before, its key may give back one of that
 * time whose rows have all failed: that is no result of this try, and another key makes a new one.
 *
 * @param taken keys that others of this run have or are planned under
 */
async function sendUntilOfUse(
	context: IExecuteFunctions,
	api: Api,
	batch: RememberedBatch,
	{ memory, taken, inDoubt }: { memory: RunMemory; taken: Set<string>; inDoubt: boolean },
): Promise<Created> {
	const { clock } = editionOf(context);
	const isRetry = context.getMode() === 'retry';
	for (let keys = 1; ; keys++) {
		const { body } = batch;
		const sentAt = clock.now();
		const created = await send(api, batch, inDoubt, isRetry);
		const isOld = Date.parse(created.created_at ?? '') < sentAt;
		if (!memory.isRetried || !isOld || keys === MOST_KEYS) return created;
		if (await whatStands(api, batch)) return created;
		if (batch.ownKey !== undefined) memory.spentKeys.push(batch.key);
		Object.assign(batch, { id: undefined, body });
		const key = { ownKey: batch.ownKey, key: anotherKey(batch, taken) };
		Object.assign(batch, key, batch.isRun ? { body: bodyUnder(batch, key) } : {});
	}
}

/** @param isRetry whether another execution may have made the same: n8n can be killed, and Retry pressed twice */
async function send(
	api: Api,
	batch: RememberedBatch,
	inDoubt: boolean,
	isRetry: boolean,
): Promise<Created> {
	const { isRun, model, body = '', key, ownKey } = batch;
	const look = inDoubt ? 'again' : isRetry || ownKey !== undefined ? 'once' : undefined;
	const created = isRun
		? await createRun(api, model, body, key, { look })
		: await createBatch(api, model, body, key, { inDoubt });
	batch.id = created.id;
	delete batch.body;
	return created;
}

/**
 * Whether there is nothing to remember of a batch or run that failed. A conflict over a key of the
 * node's own means that a try which nobody remembers, because n8n was killed, has made it.
 */
function isForgotten({ ownKey }: RememberedBatch, error: unknown): boolean {
	const isConflict = error instanceof IdempotencyConflictError;
	return isCreationRefused(error) && (!isConflict || ownKey !== undefined);
}
