import type { Clock } from '../../nodes/Runflow/runflow/index.ts';

/** A clock that moves by its own pauses, none of which is waited for. */
export function fakeClock(change: Partial<Clock> = {}): Clock & { pauses: number[] } {
	const pauses: number[] = [];
	let now = 1_000_000;
	return {
		pauses,
		now: () => now,
		pause: async (ms) => {
			pauses.push(ms);
			now += ms;
		},
		random: () => 1,
		...change,
	};
}
