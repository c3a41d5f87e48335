import {
	rateLimitGate,
	RateLimitGate,
} from '../../../../../nodes/Runflow/runflow/http/rateLimit.ts';
import { RunflowApiError } from '../../../../../nodes/Runflow/runflow/http/errors.ts';
import { RETRY_POLICY, withRetries } from '../../../../../nodes/Runflow/runflow/http/retry.ts';
import { fakeClock } from '../../../../fakes/clock.ts';

const limited = (retryAfterMs?: number) =>
	new RunflowApiError(429, undefined, retryAfterMs === undefined ? {} : { retryAfterMs });

describe('a rate limit', () => {
	it('holds back the requests that were not refused themselves', async () => {
		const clock = fakeClock({ random: () => 0 });
		const gate = new RateLimitGate();
		gate.hold(5_000, clock);
		await withRetries('repeatable', async () => 'done', { clock, gate });
		await withRetries('repeatable', async () => 'done', { clock, gate });
		expect(clock.pauses).toEqual([5_000]);
	});

	it('is told to the others for as long as Runflow asked', async () => {
		const clock = fakeClock({ random: () => 0 });
		const gate = new RateLimitGate();
		const answers = [limited(7_000)];
		const result = await withRetries(
			'once',
			async () => {
				const answer = answers.shift();
				if (answer) throw answer;
				return 'done';
			},
			{ clock, gate },
		);
		expect([result, clock.pauses]).toEqual(['done', [7_000]]);
	});

	it.each([
		['another error', new RunflowApiError(503, undefined)],
		['a wait that nobody waits for', limited(10 * 60_000)],
	])('is not assumed after %s', async (_, error) => {
		const clock = fakeClock();
		const gate = new RateLimitGate();
		const failing = withRetries(
			'repeatable',
			async () => {
				throw error;
			},
			{ clock, gate, policy: { ...RETRY_POLICY, attempts: 1 } },
		);
		await expect(failing).rejects.toBe(error);
		const after = fakeClock();
		await gate.pass(after);
		expect(after.pauses).toEqual([]);
	});

	it('counts per account', () => {
		const account = ['https://api.runflow.io', '', 'key'];
		expect(rateLimitGate(account)).toBe(rateLimitGate([...account]));
		expect(rateLimitGate(account)).not.toBe(rateLimitGate(['https://api.runflow.io', '', 'other']));
	});
});
