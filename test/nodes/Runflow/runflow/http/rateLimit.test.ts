import {
	rateLimitGate,
	RateLimitGate,
} from '../../../../../nodes/Runflow/runflow/http/rateLimit.ts';
import { RunflowApiError } from '../../../../../nodes/Runflow/runflow/http/errors.ts';
import { RETRY_POLICY, withRetries } from '../../../../../nodes/Runflow/runflow/http/retry.ts';

/** A policy whose clock moves by the pauses that are asked for. */
function clock() {
	const pauses: number[] = [];
	let time = 1_000_000;
	return {
		pauses,
		policy: {
			...RETRY_POLICY,
			now: () => time,
			random: () => 0,
			pause: async (ms: number) => {
				pauses.push(ms);
				time += ms;
			},
		},
	};
}

const limited = (retryAfterMs?: number) =>
	new RunflowApiError(429, undefined, retryAfterMs === undefined ? {} : { retryAfterMs });

describe('a rate limit', () => {
	it('holds back the requests that were not refused themselves', async () => {
		const { pauses, policy } = clock();
		const gate = new RateLimitGate();
		gate.hold(5_000, policy);
		await withRetries('repeatable', async () => 'done', policy, undefined, gate);
		await withRetries('repeatable', async () => 'done', policy, undefined, gate);
		expect(pauses).toEqual([5_000]);
	});

	it('is told to the others for as long as Runflow asked', async () => {
		const { pauses, policy } = clock();
		const gate = new RateLimitGate();
		const answers = [limited(7_000)];
		const result = await withRetries(
			'once',
			async () => {
				const answer = answers.shift();
				if (answer) throw answer;
				return 'done';
			},
			policy,
			undefined,
			gate,
		);
		expect([result, pauses]).toEqual(['done', [7_000]]);
	});

	it.each([
		['another error', new RunflowApiError(503, undefined)],
		['a wait that nobody waits for', limited(10 * 60_000)],
	])('is not assumed after %s', async (_, error) => {
		const { policy } = clock();
		const gate = new RateLimitGate();
		const failing = withRetries(
			'repeatable',
			async () => {
				throw error;
			},
			{ ...policy, attempts: 1 },
			undefined,
			gate,
		);
		await expect(failing).rejects.toBe(error);
		const after = clock();
		await gate.pass(after.policy);
		expect(after.pauses).toEqual([]);
	});

	it('counts per account', () => {
		const account = ['https://api.runflow.io', '', 'key'];
		expect(rateLimitGate(account)).toBe(rateLimitGate([...account]));
		expect(rateLimitGate(account)).not.toBe(rateLimitGate(['https://api.runflow.io', '', 'other']));
	});
});
