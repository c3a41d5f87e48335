import { setTimeout as delay } from 'node:timers/promises';

import { RequestCancelledError, type Clock } from '../../nodes/Runflow/runflow';

/** Node's timers fire at once beyond this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The clock of this machine. */
export const nodeClock: Clock = {
	now: Date.now,
	pause: async (ms, signal) => {
		await delay(Math.min(ms, LONGEST_TIMER_MS), undefined, { signal }).catch(() => {
			throw new RequestCancelledError();
		});
	},
	random: Math.random,
};
