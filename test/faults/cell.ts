import { AsyncLocalStorage } from 'node:async_hooks';

import { REAL_TIME, RETRY_POLICY } from '../../nodes/Runflow/runflow/index.ts';

/** One run of the node under a fault: its time limits, its clock, and its pauses, none of which is waited for. */
export interface Cell {
	/** Stands for all of the transport's time limits. */
	limitMs: number;
	/** Pauses before retries, in milliseconds. */
	pauses: number[];
	/** What polling takes for the time, in milliseconds. */
	now: number;
	/** What retries take for the time: later than in any cell before, whose limits are then over. */
	retryNow: number;
	beforeRetry(): Promise<void>;
	/** Instead of the pause between two questions. */
	whilePolling(): Promise<void>;
}

const cells = new AsyncLocalStorage<Cell>();

let epoch = 0;

export const PATIENT_MS = 30_000;
export const IMPATIENT_MS = 250;

/** A cell in which nothing happens yet. */
export function newCell(change: Partial<Cell> = {}): Cell {
	return {
		limitMs: PATIENT_MS,
		pauses: [],
		now: 0,
		retryNow: (epoch += 1e9),
		beforeRetry: async () => {},
		whilePolling: async () => {},
		...change,
	};
}

/** Runs the node inside a cell; cells run side by side. */
export async function inCell<T>(cell: Cell, work: () => Promise<T>): Promise<T> {
	return await cells.run(cell, work);
}

/** The cell that the present code runs for. */
export function currentCell(): Cell {
	const cell = cells.getStore();
	if (!cell) throw new Error('the node left its cell');
	return cell;
}

// The two places where the node waits take their clock from these objects at every use.
Object.assign(RETRY_POLICY, {
	now: () => currentCell().retryNow,
	random: () => 1,
	pause: async (ms: number) => {
		currentCell().pauses.push(ms);
		currentCell().retryNow += ms;
		await currentCell().beforeRetry();
	},
} satisfies Partial<typeof RETRY_POLICY>);

Object.assign(REAL_TIME, {
	now: () => currentCell().now,
	random: () => 0.5,
	pause: async (ms: number) => {
		currentCell().now += ms;
		await currentCell().whilePolling();
	},
} satisfies Partial<typeof REAL_TIME>);
