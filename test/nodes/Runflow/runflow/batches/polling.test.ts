import fc from 'fast-check';

import {
	RequestCancelledError,
	RunflowAnswerError,
	RunflowApiError,
	RunflowConnectionError,
} from '../../../../../nodes/Runflow/runflow/http/errors.ts';
import {
	pollBatches,
	type PollingPolicy,
} from '../../../../../nodes/Runflow/runflow/batches/polling.ts';
import { adapter } from '../../../../fakes/adapters.ts';
import { rejection } from '../../../../fakes/api.ts';
import { fakeClock } from '../../../../fakes/clock.ts';

const answered = (status: number) => new RunflowApiError(status, undefined);
const broken = new RunflowConnectionError('lost', 'api.runflow.test');

/** A policy, and a clock that moves by its pauses alone. */
function fakeTime(change: Partial<PollingPolicy> = {}) {
	const clock = fakeClock({ random: () => 0.5 });
	const policy: PollingPolicy = {
		firstPauseMs: 1_000,
		longestPauseMs: 60_000,
		timeLimitMs: 3_600_000,
		...change,
	};
	return { policy, clock, pauses: clock.pauses };
}

/** Reads that go through the given states or failures; the last of each batch stays. */
function script(batches: Record<string, Array<string | Error>>) {
	const asked: string[] = [];
	const read = async (id: string) => {
		const position = asked.filter((other) => other === id).length;
		asked.push(id);
		const next = batches[id][Math.min(position, batches[id].length - 1)];
		if (next instanceof Error) throw next;
		return { id, status_code: next };
	};
	return { read, asked };
}

const statuses = (states: Map<string, { status_code: string }>) =>
	Object.fromEntries([...states].map(([id, { status_code }]) => [id, status_code]));

describe('pollBatches', () => {
	it.each(['succeeded', 'failed', 'cancelled', 'canceled', 'partial_succeeded'])(
		'asks once and without a pause for a batch that is %s',
		async (status) => {
			const { policy, clock, pauses } = fakeTime();
			const { read, asked } = script({ a: [status] });
			expect(statuses(await pollBatches(['a'], read, policy, clock))).toEqual({ a: status });
			expect([asked, pauses]).toEqual([['a'], []]);
		},
	);

	it('asks for nothing when there are no batches', async () => {
		const { policy, clock, pauses } = fakeTime();
		expect((await pollBatches([], script({}).read, policy, clock)).size).toBe(0);
		expect(pauses).toEqual([]);
	});

	it.each(['queued', 'dispatching', 'something_new', 'Succeeded', ''])(
		'asks again while a batch is %j',
		async (status) => {
			const { policy, clock } = fakeTime();
			const { read, asked } = script({ a: [status, status, 'succeeded'] });
			expect(statuses(await pollBatches(['a'], read, policy, clock))).toEqual({ a: 'succeeded' });
			expect(asked).toHaveLength(3);
		},
	);

	it('asks only for those of several batches that are not finished', async () => {
		const { policy, clock, pauses } = fakeTime();
		const { read, asked } = script({
			a: ['queued', 'failed'],
			b: ['succeeded'],
			c: ['queued', 'queued', 'cancelled'],
		});
		const states = await pollBatches(['a', 'b', 'c'], read, policy, clock);
		expect(statuses(states)).toEqual({ a: 'failed', b: 'succeeded', c: 'cancelled' });
		expect([asked.join(''), pauses.length]).toEqual(['abcacc', 2]);
	});
});

describe('pollBatches: its pauses', () => {
	it('grow by half up to the longest', async () => {
		const { policy, clock, pauses } = fakeTime({ longestPauseMs: 4_000 });
		const { read } = script({ a: [...Array<string>(6).fill('queued'), 'succeeded'] });
		await pollBatches(['a'], read, policy, clock);
		expect(pauses).toEqual([1_000, 1_500, 2_250, 3_375, 4_000, 4_000]);
	});

	it('vary by a quarter at the most, and never pass the time limit', async () => {
		const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
		const ms = fc.integer({ min: 1, max: 60_000 });
		await fc.assert(
			fc.asyncProperty(chance, ms, fc.integer({ min: 0, max: 500_000 }), async (...drawn) => {
				const [random, firstPauseMs, timeLimitMs] = drawn;
				const { policy, clock, pauses } = fakeTime({ firstPauseMs, timeLimitMs });
				clock.random = () => random;
				// Too short first pauses would only make the run long.
				policy.firstPauseMs = Math.max(firstPauseMs, timeLimitMs / 1_000);
				await pollBatches(['a'], script({ a: ['queued'] }).read, policy, clock);
				let planned = policy.firstPauseMs;
				for (const pause of pauses.slice(0, -1)) {
					expect(pause).toBeGreaterThanOrEqual(planned * 0.75);
					expect(pause).toBeLessThanOrEqual(planned * 1.25);
					planned = Math.min(planned * 1.5, policy.longestPauseMs);
				}
				const waited = pauses.reduce((sum, pause) => sum + pause, 0);
				expect(waited).toBeCloseTo(timeLimitMs, 3);
			}),
		);
	});

	it('end with the time limit, after one last question', async () => {
		const { policy, clock, pauses } = fakeTime({ timeLimitMs: 2_000 });
		const { read, asked } = script({ a: ['queued', 'queued', 'succeeded'] });
		expect(statuses(await pollBatches(['a'], read, policy, clock))).toEqual({ a: 'succeeded' });
		expect([pauses, asked.length]).toEqual([[1_000, 1_000], 3]);
	});

	it('are none when there is no time: every batch is asked for once', async () => {
		const { policy, clock, pauses } = fakeTime({ timeLimitMs: 0 });
		const { read, asked } = script({ a: ['queued'], b: ['succeeded'] });
		const states = await pollBatches(['a', 'b'], read, policy, clock);
		expect(statuses(states)).toEqual({ a: 'queued', b: 'succeeded' });
		expect([asked, pauses]).toEqual([['a', 'b'], []]);
	});
});

describe('pollBatches: failed reads', () => {
	it.each([broken, answered(429), answered(500), answered(503)])(
		'are made up for by the next one: $name $status',
		async (failure) => {
			const { policy, clock } = fakeTime();
			const { read, asked } = script({ a: [failure, failure, 'succeeded'] });
			expect(statuses(await pollBatches(['a'], read, policy, clock))).toEqual({ a: 'succeeded' });
			expect(asked).toHaveLength(3);
		},
	);

	it.each([
		answered(401),
		answered(404),
		answered(422),
		new RunflowAnswerError('it is not JSON', 200),
		new RequestCancelledError(),
		new TypeError('a bug'),
	])('end it at once where a repeat is pointless: $name $status', async (failure) => {
		const { policy, clock, pauses } = fakeTime();
		const { read } = script({ a: ['queued'], b: [failure] });
		expect(await rejection(pollBatches(['a', 'b'], read, policy, clock))).toBe(failure);
		expect(pauses).toEqual([]);
	});

	it('are thrown at the time limit when a batch could never be read', async () => {
		const { policy, clock } = fakeTime({ timeLimitMs: 5_000 });
		const last = answered(503);
		const { read } = script({ a: ['succeeded'], b: [broken, last] });
		expect(await rejection(pollBatches(['a', 'b'], read, policy, clock))).toBe(last);
	});

	it('are forgotten at the time limit when the state is known from before', async () => {
		const { policy, clock } = fakeTime({ timeLimitMs: 5_000 });
		const { read } = script({ a: ['running', answered(503)], b: [broken, 'queued'] });
		const states = await pollBatches(['a', 'b'], read, policy, clock);
		expect(statuses(states)).toEqual({ a: 'running', b: 'queued' });
	});
});

describe('pollBatches: a cancelled execution', () => {
	it('ends the pause and asks for nothing more', async () => {
		const controller = new AbortController();
		const { policy } = fakeTime({ firstPauseMs: 3_600_000 });
		const { read, asked } = script({ a: ['queued'] });
		const polling = pollBatches(['a'], read, policy, adapter.clock, controller.signal);
		setImmediate(() => controller.abort());
		expect(await rejection(polling)).toBeInstanceOf(RequestCancelledError);
		expect(asked).toEqual(['a']);
	});
});
