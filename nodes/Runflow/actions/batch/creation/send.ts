import type { IExecuteFunctions } from 'n8n-workflow';

import {
	createBatch,
	createRun,
	isBatchUnsupported,
	isCreationRefused,
	type Api,
	type CreatedBatch,
	type Run,
	type RunflowApiError,
} from '../../../runflow';
import { mapConcurrently } from '../../concurrency';
import { readConcurrency } from '../../fields/requestOptions';
import type { RememberedBatch, RunMemory } from './memory';
import { noBatchesError } from './loneRows/takesNoBatches';

/** What became of a batch whose model takes none: its rows are still to run. */
export const TAKES_NO_BATCHES = 'takes no batches';

type Sent = CreatedBatch | Run | typeof TAKES_NO_BATCHES;

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
	const withoutBatches = new Map<string, RunflowApiError>();
	const outcomes = await mapConcurrently(
		batches,
		async (batch): Promise<Sent> => {
			const inDoubt = remembered.has(batch);
			if (withoutBatches.has(batch.model) && !inDoubt && !batch.kind) return TAKES_NO_BATCHES;
			if (!inDoubt) memory.batches.push(batch);
			return await send(api, batch, inDoubt).catch((error: unknown): Sent => {
				if (isCreationRefused(error)) memory.batches.splice(memory.batches.indexOf(batch), 1);
				if (batch.kind || !isBatchUnsupported(error)) throw error;
				if (!rowsAlone || !isCreationRefused(error)) {
					throw noBatchesError(context, error, batch.model);
				}
				withoutBatches.set(batch.model, error);
				return TAKES_NO_BATCHES;
			});
		},
		{ goOn: context.continueOnFail(), concurrency: readConcurrency(context) },
	);
	return new Map(
		outcomes.flatMap((outcome, index) => (outcome ? [[batches[index], outcome] as const] : [])),
	);
}

async function send(
	api: Api,
	batch: RememberedBatch,
	inDoubt: boolean,
): Promise<CreatedBatch | Run> {
	const { kind, model, body = '', key } = batch;
	const look = inDoubt ? 'again' : kind === 'runOfOwnKey' ? 'once' : undefined;
	const created = kind
		? await createRun(api, model, body, key, { look })
		: await createBatch(api, model, body, key, { inDoubt });
	batch.id = created.id;
	delete batch.body;
	return created;
}
