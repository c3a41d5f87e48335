import { withinTime } from '../../../../nodes/Runflow/runflow/index.ts';
import { rejection } from '../../../fakes/api.ts';
import { fakeClock } from '../../../fakes/clock.ts';

/** A clock whose pauses last until they are told to end, or their signal says so. */
function heldClock() {
	let over = () => {};
	const signals: Array<AbortSignal | undefined> = [];
	const clock = fakeClock({
		pause: async (_ms, signal) => {
			signals.push(signal);
			await new Promise<void>((resolve, reject) => {
				over = resolve;
				signal?.addEventListener('abort', () => reject(new Error('ended')));
			});
		},
	});
	return { clock, signals, over: () => over() };
}

const untilAborted = async (signal: AbortSignal) =>
	await new Promise<never>((_, reject) => {
		signal.addEventListener('abort', () => reject(new Error('out of time')));
	});

describe('withinTime', () => {
	it('gives back what the work gives, and leaves no pause behind', async () => {
		const { clock, signals } = heldClock();
		expect(await withinTime(clock, 1_000, async ({ aborted }) => aborted)).toBe(false);
		expect(signals[0]?.aborted).toBe(true);
	});

	it('aborts the signal of the work once the time is over', async () => {
		const { clock, over } = heldClock();
		const work = rejection(withinTime(clock, 1_000, untilAborted));
		over();
		expect(await work).toMatchObject({ message: 'out of time' });
	});

	it('does so as well when the outer signal aborts', async () => {
		const outer = new AbortController();
		const work = rejection(withinTime(heldClock().clock, 1_000, untilAborted, outer.signal));
		outer.abort();
		expect(await work).toMatchObject({ message: 'out of time' });
	});
});
