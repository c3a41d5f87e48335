import type { IExecuteFunctions } from 'n8n-workflow';

import { editionOf } from '../../../host/edition';
import {
	getBatch,
	isPassing,
	pollBatches,
	RunflowApiError,
	terminalStatus,
	type Api,
	type Batch,
} from '../../../runflow';
import { inTurns } from '../../concurrency';
import { readConcurrency } from '../../fields/requestOptions';
import type { AwaitedBatch } from './awaiting';
import { RunStates } from './runStates';
import type { WaitSettings } from './waitSettings';

const LONGEST_POLL_PAUSE_MS = 60_000;
// A callback may be ahead of what reading the batch says; it will not come again.
const AFTER_CALLBACK = { firstPauseMs: 1_000, timeLimitMs: 60_000 };

/** What is known of the batches before anything is asked. */
export interface Circumstances {
	/** Whether the callback that was waited for has already come: another try alone does not mean that. */
	resumed: boolean;
	/** Whether this try of the node has created them, so that Runflow may not show them yet. */
	areNew: boolean;
}

const UNSEEN_MS = 60_000;

/** How far the awaited batches are, once nothing more can be done about it here. */
export interface Settlement {
	/** The last known state of each batch, by its id. */
	states: Map<string, Batch>;
	/** Ids of the batches that are not finished: by polling at the time limit, by callback always. */
	unfinished: string[];
}

/**
 * Waits for batches as far as the node can without being parked. By polling: until all are
 * finished or the time limit passes. By callback: the batches are read once, because a callback
 * that comes before the execution is parked meets a 409; those that will not call this execution
 * back are polled until they are finished. Where a batch that calls back cannot be read at the
 * moment, it counts as unfinished, since its callback comes in any case.
 *
 * @throws what `getBatch` throws for good
 */
export async function settle(
	context: IExecuteFunctions,
	api: Api,
	batches: AwaitedBatch[],
	settings: WaitSettings,
	{ resumed, areNew }: Circumstances,
): Promise<Settlement> {
	const isPolled = ({ callsBack = true }: AwaitedBatch) =>
		settings.waitFor === 'polling' || !callsBack;
	const polled = idsOf(batches.filter(isPolled));
	const callingBack = idsOf(batches.filter((batch) => !isPolled(batch)));
	const { clock } = editionOf(context);
	const newUntil = areNew ? clock.now() + UNSEEN_MS : 0;
	const runs = new Set(batches.filter(({ isRun }) => isRun).map(({ id }) => id));
	const runStates = new RunStates(api, clock);
	const read = async (id: string): Promise<Batch> =>
		await (runs.has(id) ? runStates.read(id) : getBatch(api, id)).catch((error: unknown) => {
			const isUnseen = error instanceof RunflowApiError && error.status === 404;
			if (!isUnseen || clock.now() >= newUntil) throw error;
			return { id, status_code: 'queued' };
		});
	const turn = inTurns(readConcurrency(context));
	const poll = async (ids: string[], limits: object) =>
		await pollBatches(
			ids,
			async (id) => await turn(async () => await read(id)),
			{
				firstPauseMs: settings.pollIntervalMs,
				longestPauseMs: Math.max(LONGEST_POLL_PAUSE_MS, settings.pollIntervalMs),
				timeLimitMs: settings.timeoutMs,
				...limits,
			},
			clock,
			context.getExecutionCancelSignal(),
		);
	const states = await poll(polled, {});
	const seen = await poll(callingBack, resumed ? AFTER_CALLBACK : { timeLimitMs: 0 }).catch(
		(error: unknown) => {
			if (resumed || !isPassing(error)) throw error;
			return new Map<string, Batch>();
		},
	);
	for (const [id, state] of seen) states.set(id, state);
	const unfinished = idsOf(batches).filter((id) => !terminalStatus(states.get(id)?.status_code));
	if (unfinished.length === 0 || settings.onTimeout === 'output') {
		await Promise.all(
			[...states].map(async ([id, state]) => {
				if (!runs.has(id)) return;
				states.set(id, await turn(async () => await runStates.withGoodLinks(state)));
			}),
		);
	}
	return { states, unfinished };
}

function idsOf(batches: AwaitedBatch[]): string[] {
	return [...new Set(batches.map(({ id }) => id))];
}
