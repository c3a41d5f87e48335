import type { Edition } from '../../nodes/Runflow/host/edition.ts';
import {
	RETRY_POLICY,
	type HttpRequest,
	type Transport,
} from '../../nodes/Runflow/runflow/index.ts';
import { adapter } from '../fakes/adapters.ts';
import { testedEdition } from '../n8n/edition.ts';

/** One run of the node under a fault: its time limits, its clock, and its pauses, none of which is waited for. */
export interface Cell {
	/** Stands for all of the transport's time limits: only what is to run into one gets little time. */
	limitMs(request: HttpRequest): number;
	/** Pauses before retries, in milliseconds. */
	pauses: number[];
	beforeRetry(): Promise<void>;
	/** Instead of the pause between two questions. */
	whilePolling(): Promise<void>;
}

export const PATIENT_MS = 30_000;
/** undici looks at its limits every half second; all tries together outlast the slowest work. */
export const IMPATIENT_MS = { undici: 250, lite: 500 }[testedEdition];

/** A cell in which nothing happens yet. */
export function newCell(change: Partial<Cell> = {}): Cell {
	return {
		limitMs: () => PATIENT_MS,
		pauses: [],
		beforeRetry: async () => {},
		whilePolling: async () => {},
		...change,
	};
}

// Every cell begins later than any before it ended, so that what those were told to wait is over.
let epoch = 0;

/** What the node runs on inside a cell. */
export function editionOfCell(cell: Cell): Partial<Edition> {
	let now = (epoch += 1e9);
	return {
		clock: {
			now: () => now,
			random: () => 1,
			pause: async (ms, signal) => {
				now += ms;
				// The operations here poll with pauses that are longer than any before a retry.
				if (ms > RETRY_POLICY.longestRetryAfterMs) return await cell.whilePolling();
				cell.pauses.push(ms);
				await cell.beforeRetry();
				signal?.throwIfAborted();
			},
		},
		transport: (_context, policy) => {
			const transports = new Map<number, Transport>();
			return {
				send: async (request) => {
					const limitMs = cell.limitMs(request);
					const limits = { answerMs: limitMs, silenceMs: limitMs };
					if (!transports.has(limitMs)) {
						transports.set(limitMs, adapter.transport({ policy, limits }));
					}
					// Nobody can give it more time.
					return await transports.get(limitMs)!.send({ ...request, answerWithinMs: limitMs });
				},
			};
		},
	};
}
