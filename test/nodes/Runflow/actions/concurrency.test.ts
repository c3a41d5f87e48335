import fc from 'fast-check';

import { inTurns, mapConcurrently } from '../../../../nodes/Runflow/actions/concurrency.ts';

/** Work whose every step ends when the test says so. */
function controlledWork() {
	const ends = new Map<number, { succeed: () => void; fail: () => void }>();
	const started: number[] = [];
	const work = async (_: unknown, index: number): Promise<number> => {
		started.push(index);
		return await new Promise((resolve, reject) => {
			ends.set(index, {
				succeed: () => resolve(index),
				fail: () => reject(new Error(`item ${index}`)),
			});
		});
	};
	const settle = async () => await new Promise<void>((resolve) => setImmediate(resolve));
	return { ends, started, work, settle };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('mapConcurrently', () => {
	it('returns outcomes in the order of the items, in whatever order they end', async () => {
		const order = fc.shuffledSubarray(upTo(10), { minLength: 10 });
		await fc.assert(
			fc.asyncProperty(order, async (endings) => {
				const { ends, work } = controlledWork();
				const run = mapConcurrently(upTo(10), work, { goOn: true, concurrency: 16 });
				for (const index of endings) ends.get(index)!.succeed();
				expect(await run).toEqual(upTo(10).map((value) => ({ status: 'fulfilled', value })));
			}),
		);
	});

	it('has at most so many under way, and starts the next as soon as one ends', async () => {
		const { ends, started, work, settle } = controlledWork();
		const run = mapConcurrently(upTo(20), work, { goOn: true, concurrency: 16 });
		expect(started).toEqual(upTo(16));
		ends.get(5)!.succeed();
		await settle();
		expect(started).toEqual(upTo(17));
		for (const index of [...upTo(17).filter((other) => other !== 5)]) ends.get(index)!.succeed();
		await settle();
		for (const index of [17, 18, 19]) ends.get(index)!.succeed();
		expect(await run).toHaveLength(20);
	});

	it('starts nothing new after a failure, but waits for what is under way', async () => {
		const { ends, started, work, settle } = controlledWork();
		const run = mapConcurrently(upTo(5), work, { goOn: false, concurrency: 2 });
		ends.get(0)!.fail();
		await settle();
		ends.get(1)!.succeed();
		expect((await run).map((outcome) => outcome?.status)).toEqual([
			'rejected',
			'fulfilled',
			undefined,
			undefined,
			undefined,
		]);
		expect(started).toEqual([0, 1]);
	});

	it('goes on after a failure when told to', async () => {
		const work = async (item: number) => {
			if (item % 2) throw new Error('odd');
			return item;
		};
		const outcomes = await mapConcurrently(upTo(40), work, { goOn: true, concurrency: 16 });
		expect(outcomes.map((outcome) => outcome?.status)).toEqual(
			upTo(40).map((item) => (item % 2 ? 'rejected' : 'fulfilled')),
		);
	});

	it('has nothing to do for no items', async () => {
		expect(await mapConcurrently([], async () => 1, { goOn: false, concurrency: 16 })).toEqual([]);
	});
});

describe('inTurns', () => {
	it('has at most so many under way, in the order they came, failures included', async () => {
		const { ends, started, work, settle } = controlledWork();
		const turn = inTurns(2);
		const runs = Promise.allSettled(
			upTo(4).map(async (index) => await turn(async () => await work(0, index))),
		);
		await settle();
		expect(started).toEqual([0, 1]);
		ends.get(1)!.fail();
		await settle();
		expect(started).toEqual([0, 1, 2]);
		ends.get(2)!.succeed();
		await settle();
		for (const index of [0, 3]) ends.get(index)!.succeed();
		expect((await runs).map(({ status }) => status)).toEqual([
			'fulfilled',
			'rejected',
			'fulfilled',
			'fulfilled',
		]);
	});
});
