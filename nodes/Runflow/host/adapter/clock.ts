import * as workflow from 'n8n-workflow';

import { RequestCancelledError, type Clock } from '../../runflow';

type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** Timers fire at once beyond this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** n8n up to 2.30 has two functions, and its `sleep` takes no signal; later ones have that one alone. */
const { sleep, sleepWithAbort = sleep } = workflow as { sleep: Sleep; sleepWithAbort?: Sleep };

/** The clock of this machine, with n8n's timers. */
export const helperClock: Clock = {
	now: Date.now,
	pause: async (ms, signal) => {
		// n8n up to 2.30 leaves its listener on the signal after the pause: it gets a signal of the pause's own.
		const own = new AbortController();
		const abort = () => own.abort();
		if (signal?.aborted) abort();
		signal?.addEventListener('abort', abort);
		await sleepWithAbort(Math.min(ms, LONGEST_TIMER_MS), own.signal)
			.catch(() => {
				throw new RequestCancelledError();
			})
			.finally(() => signal?.removeEventListener('abort', abort));
	},
	random: Math.random,
};
