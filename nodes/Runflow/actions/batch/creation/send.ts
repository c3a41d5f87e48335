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
	type RunRequest,
} from '../../../runflow';
import { mapConcurrently } from '../../concurrency';
import { readConcurrency } from '../../fields/requestOptions';
import { anotherKey, takenKeys } from './keys';
import type { RememberedBatch, RunMemory } from './memory/memory';
import { bodyUnder } from './loneRows/planRuns';
import { examine, whole } from './memory/recall';
import { isLike, isThatRefusal, noteRefusal, refusalUnder, unlike } from './memory/refusals';
import { noBatchesError } from './loneRows/takesNoBatches';

/** What became of a batch whose model takes none: its rows are still to run. */
export const TAKES_NO_BATCHES = 'takes no batches';

type Created = CreatedBatch | Run;
type Sent = Created | typeof TAKES_NO_BATCHES;

/** What came of each batch or run; nothing for one that was not sent. */
export type Outcomes = Map<RememberedBatch, PromiseSettledResult<Sent>>;

/**
 * Creates batches and runs. The first one goes out alone: what Runflow refuses of it, it most likely
 * refuses of the others too, and these are not sent then unless n8n continues on fail. Each is
 * remembered before its request goes out, with its id once it exists, and forgotten where Runflow
 * refused it, since then there is none.
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
	const goOn = context.continueOnFail();
	const isRetry = memory.isRetried === true || context.getMode() === 'retry';
	const sendOne = async (batch: RememberedBatch): Promise<Sent> => {
		const inDoubt = remembered.has(batch);
		if (withoutBatches.has(batch.model) && !inDoubt && !batch.isRun) return TAKES_NO_BATCHES;
		if (!inDoubt) memory.batches.push(batch);
		return await sendUntilOfUse(context, api, batch, { memory, taken, inDoubt }).catch(
			(error: unknown): Sent => {
				const takesNone = !batch.isRun && isBatchUnsupported(error);
				noteRefusal(memory, batch, error);
				// A model that takes no batches has made none, whatever came of a try before.
				if (takesNone || isForgotten(batch, error)) forget(memory, batch);
				if (!takesNone) throw error;
				if (!rowsAlone) throw noBatchesError(context, error, batch.model);
				withoutBatches.add(batch.model);
				return TAKES_NO_BATCHES;
			},
		);
	};
	const sendEach = async (some: RememberedBatch[]) =>
		await mapConcurrently(some, sendOne, { goOn, concurrency: readConcurrency(context) });
	const others = batches.slice(1);
	const outcomes = await sendEach(batches.slice(0, 1));
	const [first] = outcomes;
	if (first?.status === 'rejected' && isDisplaced(batches[0], first.reason, isRetry)) {
		// Under Continue On Fail each row has an outcome.
		if (goOn) outcomes.push(...others.map(() => first));
	} else if (goOn || first?.status === 'fulfilled') {
		outcomes.push(...(await sendEach(others)));
	}
	return new Map(
		outcomes.flatMap((outcome, index) => (outcome ? [[batches[index], outcome] as const] : [])),
	);
}

/** As often as n8n's Retry may be pressed on the same execution, each time with another key. */
const MOST_KEYS = 100;

interface Sending {
	memory: RunMemory;
	/** Keys that others of this run have or are planned under. */
	taken: Set<string>;
	/** Whether the same bytes may have arrived in a try before. */
	inDoubt: boolean;
}

/**
 * Creates a batch or run. Where n8n's Retry was pressed before, its key may give back one of that
 * time whose rows have all failed: that is no result of this try, and another key makes a new one,
 * unless failed rows are tried again anyhow, as they may have been at that time.
 */
async function sendUntilOfUse(
	context: IExecuteFunctions,
	api: Api,
	batch: RememberedBatch,
	sending: Sending,
): Promise<Created> {
	const { clock } = editionOf(context);
	const { memory, taken } = sending;
	const isRetry = memory.isRetried === true || context.getMode() === 'retry';
	for (let keys = 1; ; keys++) {
		const { body } = batch;
		const sentAt = clock.now();
		const created = await sendPastRefusals(api, batch, sending, isRetry);
		const isOld = Date.parse(created.created_at ?? '') < sentAt;
		if (!isRetry || !isOld || keys === MOST_KEYS) return created;
		// It exists and is paid for; where it cannot be looked at, it stands.
		const { standing, isUnseen, worth } = await examine(api, batch).catch(() => whole(batch));
		const { tries = 1 } = batch;
		const isTriedAgain = worth.size > 0 && tries <= (memory.mayTryAgain ?? 0);
		if (standing || isUnseen || isTriedAgain) return created;
		if (batch.ownKey !== undefined) memory.spentKeys.push(batch.key);
		Object.assign(batch, { id: undefined, body });
		useAnotherKey(batch, taken);
	}
}

/**
 * Creates a batch or run under the first key of its chain that can create anything, which a key that
 * Runflow remembers a refusal with cannot. After a conflict over a key of the node's own Runflow is
 * asked in the other bytes that a try before may have sent.
 */
async function sendPastRefusals(
	api: Api,
	batch: RememberedBatch,
	{ memory, taken, inDoubt }: Sending,
	isRetry: boolean,
): Promise<Created> {
	for (let isKnown = inDoubt; ; isKnown = false) {
		const refusal = refusalUnder(memory, batch.key);
		const plain = batch.body ?? '';
		if (refusal && !isKnown) batch.body = unlike(refusal.body, plain);
		let { created, error } = await outcomeOf(send(api, batch, isKnown, isRetry));
		// A conflict may be about something else and pass; then the refused bytes would buy what they say.
		if (refusal && error instanceof IdempotencyConflictError) {
			({ created, error } = await outcomeOf(send(api, batch, isKnown, isRetry)));
		}
		if (created) return created;
		const isConflict = error instanceof IdempotencyConflictError && batch.ownKey === undefined;
		// Without a refusal only an execution by Retry can meet bytes that nobody remembers.
		if (!isConflict || (!refusal && (isKnown || !isRetry))) throw error;
		const other = refusal?.body ?? unlike(plain, plain);
		const outcome = await outcomeOf(sendOther(api, batch, other));
		if (outcome.created && isLike(other, plain)) return settled(batch, outcome.created, false);
		if (!refusal || !isThatRefusal(outcome.error, refusal)) throw error;
		batch.body = plain;
		useAnotherKey(batch, taken);
	}
}

async function outcomeOf(
	sending: Promise<Created>,
): Promise<{ created?: Created; error?: unknown }> {
	return await sending.then(
		(created) => ({ created }),
		(error: unknown) => ({ error }),
	);
}

function useAnotherKey(batch: RememberedBatch, taken: Set<string>): void {
	const key = { ownKey: batch.ownKey, key: anotherKey(batch, taken) };
	Object.assign(batch, key, batch.isRun ? { body: bodyUnder(batch, key) } : {});
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
		? await createRun(api, model, body, key, { look, inDoubt })
		: await createBatch(api, model, body, key, { inDoubt });
	return settled(batch, created, look === undefined);
}

/** Sends a creation in other bytes; a run is looked for first, since its key may mean nothing. */
async function sendOther(
	api: Api,
	{ isRun, model, key }: RememberedBatch,
	body: string,
): Promise<Created> {
	return isRun
		? await createRun(api, model, body, key, { look: 'again' })
		: await createBatch(api, model, body, key);
}

/** @param isMade whether it was made now, and not found */
function settled(batch: RememberedBatch, created: Created, isMade: boolean): Created {
	if (batch.isRun && batch.callsBack) {
		batch.callsBack = callsThisExecution(created as Run, batch.body ?? '{}', isMade);
	}
	batch.id = created.id;
	delete batch.body;
	return created;
}

/** A run that was found and not made may call another execution, which made it. */
function callsThisExecution({ callback_url: told }: Run, body: string, isMade: boolean): boolean {
	const { callback_url: own } = JSON.parse(body) as RunRequest;
	return typeof told === 'string' ? told === own : isMade;
}

/**
 * Whether other rows have this place at Runflow. Those behind it are then most likely at other places
 * than before as well, and would be bought a second time.
 */
function isDisplaced({ ownKey }: RememberedBatch, error: unknown, isRetry: boolean): boolean {
	// Without Retry nobody can have used the keys before.
	return isRetry && ownKey === undefined && error instanceof IdempotencyConflictError;
}

/**
 * Whether there is nothing to remember of a batch or run that failed. A conflict over a key of the
 * node's own means that a try which nobody remembers, because n8n was killed, has made a batch; a run
 * is found again without being remembered.
 */
function isForgotten({ id, isRun, ownKey }: RememberedBatch, error: unknown): boolean {
	if (id !== undefined || !isCreationRefused(error)) return false;
	const isConflict = error instanceof IdempotencyConflictError;
	return !isConflict || ownKey !== undefined || isRun === true;
}

function forget(memory: RunMemory, batch: RememberedBatch): void {
	memory.batches.splice(memory.batches.indexOf(batch), 1);
}
