import {
	endedRun,
	getRun,
	mediaUrls,
	RequestCancelledError,
	runState,
	type Api,
	type Batch,
	type Clock,
} from '../../../runflow';

/**
 * How long the links of a run count as good. Runflow's docs give no number any more (once a day), and
 * stores that sign links do so for a quarter of an hour unless told otherwise.
 */
const LINKS_GOOD_MS = 5 * 60_000;

/** Runs as they are waited for: like batches, with their states in the same words. */
export class RunStates {
	private readonly api: Api;
	private readonly clock: Clock;
	private readonly readAt = new Map<string, number>();

	constructor(api: Api, clock: Clock) {
		this.api = api;
		this.clock = clock;
	}

	/**
	 * Reads a run. `isUnclear` tells that it has ended in a state that nobody knows, and so whether it
	 * was paid for. Throws what `getRun` throws.
	 */
	async read(id: string): Promise<Batch> {
		const told = await getRun(this.api, id);
		const run = endedRun(told);
		this.readAt.set(id, this.clock.now());
		return { ...run, status_code: runState(run), isUnclear: run !== told };
	}

	/**
	 * A run once all are finished: read again, which signs its links anew, where it was finished so long
	 * before the others that they may no longer work. What cannot be read stays as it was.
	 *
	 * @throws RequestCancelledError when the execution is stopped
	 */
	async withGoodLinks(state: Batch): Promise<Batch> {
		const age = this.clock.now() - (this.readAt.get(state.id) ?? Infinity);
		if (age < LINKS_GOOD_MS || mediaUrls(state.output).length === 0) return state;
		return await this.read(state.id).catch((error: unknown) => {
			if (error instanceof RequestCancelledError) throw error;
			return state;
		});
	}
}
