import { Repeats } from '../../../../nodes/Runflow/trigger/repeats.ts';

const MINUTE = 60_000;

/** Repeats on a clock that the test moves. */
function repeatsAt(start = 0) {
	const clock = { now: start };
	const all = new Repeats();
	const repeats = {
		has: (key: string) => all.has(key, clock.now),
		add: (key: string) => all.add(key, clock.now),
		forget: (key: string) => all.forget(key),
	};
	return { clock, repeats };
}

describe('Repeats', () => {
	it('knows what was added, until it is forgotten', () => {
		const { repeats } = repeatsAt();
		expect(repeats.has('a')).toBe(false);
		repeats.add('a');
		expect([repeats.has('a'), repeats.has('b')]).toEqual([true, false]);
		repeats.forget('a');
		expect(repeats.has('a')).toBe(false);
	});

	it('forgets after a minute, counted from the last time', () => {
		const { clock, repeats } = repeatsAt();
		repeats.add('a');
		clock.now = MINUTE - 1;
		expect(repeats.has('a')).toBe(true);
		repeats.add('a');
		clock.now = 2 * MINUTE - 2;
		expect(repeats.has('a')).toBe(true);
		clock.now = 2 * MINUTE - 1;
		expect(repeats.has('a')).toBe(false);
	});

	it('remembers ten thousand, the oldest making room', () => {
		const { repeats } = repeatsAt();
		for (let index = 0; index <= 10_000; index++) repeats.add(`key-${index}`);
		expect([0, 1, 10_000].map((index) => repeats.has(`key-${index}`))).toEqual([false, true, true]);
	});

	it('keeps one that is added again from being the oldest', () => {
		const { repeats } = repeatsAt();
		for (let index = 0; index < 10_000; index++) repeats.add(`key-${index}`);
		repeats.add('key-0');
		repeats.add('one more');
		expect([repeats.has('key-0'), repeats.has('key-1')]).toEqual([true, false]);
	});

	it('tells callbacks apart by workflow, node and content', () => {
		const keys = [
			Repeats.key('w', 'n', 'c'),
			Repeats.key('x', 'n', 'c'),
			Repeats.key('w', 'o', 'c'),
			Repeats.key('w', 'n', 'd'),
		];
		expect(new Set(keys).size).toBe(4);
		expect(Repeats.key('w', 'n', 'c')).toBe(keys[0]);
	});
});
