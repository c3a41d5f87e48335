import fc from 'fast-check';

import {
	EgressRefusedError,
	MaybeDoneError,
	RequestCancelledError,
	RunflowAnswerError,
	RunflowApiError,
	RunflowConnectionError,
} from '../../../../../nodes/Runflow/runflow/http/errors.ts';
import {
	readRetryAfter,
	RETRY_POLICY,
	withRetries,
	type RetryMode,
} from '../../../../../nodes/Runflow/runflow/http/retry.ts';
import { rejection } from '../../../../fakes/api.ts';
import { instantRetries } from '../../../../fakes/retries.ts';

const status = (code: number, retryAfterMs?: number) =>
	new RunflowApiError(code, undefined, { retryAfterMs });
const connection = (code: string, unsent: boolean) =>
	new RunflowConnectionError(code, 'api.runflow.test', { unsent });

/** Fails with the errors in turn, the last one again and again. */
function failing(...errors: Error[]) {
	const calls = { count: 0 };
	const exchange = async (): Promise<never> => {
		throw errors[Math.min(calls.count++, errors.length - 1)];
	};
	return { calls, exchange };
}

async function triesOf(error: Error, mode: RetryMode): Promise<number> {
	const { calls, exchange } = failing(error);
	const thrown = await rejection(withRetries(mode, exchange, instantRetries().policy));
	expect(thrown instanceof MaybeDoneError ? thrown.failure : thrown).toBe(error);
	return calls.count;
}

describe('withRetries', () => {
	it('returns a success at once', async () => {
		const { policy, pauses } = instantRetries();
		expect(await withRetries('once', async () => undefined, policy)).toBeUndefined();
		expect(pauses).toEqual([]);
	});

	it('returns the success after failures', async () => {
		const { policy, pauses } = instantRetries();
		const answers = [status(503), connection('ECONNRESET', false)];
		const exchange = async () => {
			const error = answers.shift();
			if (error) throw error;
			return 'done';
		};
		expect(await withRetries('repeatable', exchange, policy)).toBe('done');
		expect(pauses).toEqual([1_000, 2_000]);
	});

	it('tries five times with doubled pauses, then passes the last failure on', async () => {
		const { policy, pauses } = instantRetries();
		const last = status(502);
		const { calls, exchange } = failing(status(500), status(503), status(504), status(500), last);
		expect(await rejection(withRetries('repeatable', exchange, policy))).toBe(last);
		expect(calls.count).toBe(5);
		expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000]);
	});

	it('never pauses longer than the longest pause', async () => {
		const { policy, pauses } = instantRetries({ attempts: 9 });
		await rejection(withRetries('repeatable', failing(status(500)).exchange, policy));
		expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 32, 32].map((seconds) => seconds * 1_000));
	});

	it('keeps the jitter between half of the pause and the whole', async () => {
		await fc.assert(
			fc.asyncProperty(fc.double({ min: 0, max: 1, noNaN: true }), async (random) => {
				const { policy, pauses } = instantRetries({ random: () => random });
				await rejection(withRetries('repeatable', failing(status(500)).exchange, policy));
				expect(pauses).toEqual([1, 2, 4, 8].map((s) => 500 * s + random * 500 * s));
			}),
		);
	});

	it('makes one attempt when the policy allows one', async () => {
		const { policy, pauses } = instantRetries({ attempts: 1 });
		const { calls, exchange } = failing(status(500));
		await rejection(withRetries('repeatable', exchange, policy));
		expect([calls.count, pauses]).toEqual([1, []]);
	});

	it.each([408, 425, 429, 500, 502, 503, 504])('repeats what is repeatable on %d', async (code) => {
		expect(await triesOf(status(code), 'repeatable')).toBe(5);
	});

	it.each([301, 400, 401, 402, 403, 404, 405, 409, 422, 501])(
		'never repeats on %d',
		async (code) => {
			expect(await triesOf(status(code), 'repeatable')).toBe(1);
			expect(await triesOf(status(code), 'once')).toBe(1);
		},
	);

	it('repeats what may run once only on 429 and on connections that sent nothing', async () => {
		expect(await triesOf(status(429), 'once')).toBe(5);
		expect(await triesOf(connection('ECONNREFUSED', true), 'once')).toBe(5);
		expect(await triesOf(connection('ECONNRESET', false), 'once')).toBe(1);
		expect(await triesOf(connection('UND_ERR_HEADERS_TIMEOUT', false), 'once')).toBe(1);
		expect(await triesOf(new RunflowAnswerError('not JSON', 200), 'once')).toBe(1);
		for (const code of [408, 425, 500, 502, 503, 504]) {
			expect(await triesOf(status(code), 'once')).toBe(1);
		}
	});

	it('tells of what may run once whether it may have run, and changes no error', async () => {
		const { policy } = instantRetries();
		const thrownBy = async (error: Error) =>
			await rejection(withRetries('once', failing(error).exchange, policy));
		for (const error of [
			status(503),
			connection('ECONNRESET', false),
			new RunflowAnswerError('not JSON', 200, 'req-5'),
		]) {
			Object.freeze(error);
			const thrown = await thrownBy(error);
			expect(thrown).toBeInstanceOf(MaybeDoneError);
			expect(thrown).toMatchObject({ message: error.message, failure: error, cause: error });
		}
		for (const error of [status(422), status(429), connection('ECONNREFUSED', true)]) {
			expect(await thrownBy(error)).toBe(error);
		}
	});

	it('asks again after a conflict with its own key only where a try may have arrived', async () => {
		const { policy, pauses } = instantRetries();
		const conflict = status(409);
		const run = async (inDoubt: boolean, ...errors: Error[]) => {
			const { calls, exchange } = failing(...errors);
			const run = withRetries('keyed', exchange, policy, undefined, undefined, inDoubt);
			const thrown = await rejection(run);
			expect(thrown instanceof MaybeDoneError ? thrown.failure : thrown).toBe(errors.at(-1));
			return calls.count;
		};
		expect(await run(false, conflict)).toBe(1);
		expect(await run(false, connection('ECONNREFUSED', true), conflict)).toBe(2);
		expect(await run(false, status(429), conflict)).toBe(2);
		pauses.length = 0;
		expect(await run(false, connection('ECONNRESET', false), conflict)).toBe(5);
		expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000]);
		expect(await run(true, conflict)).toBe(5);
		expect(await run(true, conflict, status(422))).toBe(2);
	});

	it('tells of a request with a key whether any try may have arrived', async () => {
		const { policy } = instantRetries();
		const isInDoubt = async (inDoubt: boolean, ...errors: Error[]) => {
			const { exchange } = failing(...errors);
			const run = withRetries('keyed', exchange, policy, undefined, undefined, inDoubt);
			return (await rejection(run)) instanceof MaybeDoneError;
		};
		expect(await isInDoubt(false, status(402))).toBe(false);
		expect(await isInDoubt(false, status(429), status(402))).toBe(false);
		expect(await isInDoubt(true, status(402))).toBe(true);
		expect(await isInDoubt(false, connection('ECONNRESET', false), status(402))).toBe(true);
		expect(await isInDoubt(false, status(503), status(401))).toBe(true);
	});

	it('asks again for a broken answer where a repeat is safe', async () => {
		expect(await triesOf(connection('ECONNRESET', false), 'repeatable')).toBe(5);
		expect(await triesOf(new RunflowAnswerError('not JSON', 200), 'repeatable')).toBe(5);
	});

	it.each([
		'ENOTFOUND',
		'PROXY_407',
		'ANSWER_TOO_LARGE',
		'CERT_HAS_EXPIRED',
		'DEPTH_ZERO_SELF_SIGNED_CERT',
		'ERR_TLS_CERT_ALTNAME_INVALID',
		'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
		'HPE_INVALID_CONSTANT',
	])('gives up at once on %s', async (code) => {
		expect(await triesOf(connection(code, true), 'repeatable')).toBe(1);
	});

	it('never repeats what was refused or cancelled, nor a bug', async () => {
		for (const error of [
			new EgressRefusedError('no'),
			new RequestCancelledError(),
			new TypeError('bug'),
		]) {
			expect(await triesOf(error, 'repeatable')).toBe(1);
		}
	});

	it('waits as long as Runflow asks, without jitter', async () => {
		const { policy, pauses } = instantRetries({ attempts: 4 });
		const { exchange } = failing(status(429, 7_000), status(503, 0), status(429, 120_000));
		await rejection(withRetries('repeatable', exchange, policy));
		expect(pauses).toEqual([7_000, 0, 120_000]);
	});

	it('does not wait longer than two minutes, but passes the failure on', async () => {
		const { policy, pauses } = instantRetries();
		const { calls, exchange } = failing(status(429, 120_001));
		expect(await rejection(withRetries('repeatable', exchange, policy))).toMatchObject({
			retryAfterMs: 120_001,
		});
		expect([calls.count, pauses]).toEqual([1, []]);
	});

	it('ends a real pause at once when the execution is cancelled', async () => {
		const controller = new AbortController();
		const { calls, exchange } = failing(status(429, 60_000));
		const run = withRetries('once', exchange, RETRY_POLICY, controller.signal);
		await Promise.resolve();
		controller.abort();
		expect(await rejection(run)).toBeInstanceOf(RequestCancelledError);
		expect(calls.count).toBe(1);
	});
});

describe('readRetryAfter', () => {
	const now = Date.parse('2026-05-06T10:00:00Z');

	it.each<[unknown, number | undefined]>([
		['0', 0],
		['3', 3_000],
		[' 3 ', 3_000],
		['1.5', 1_500],
		['Wed, 06 May 2026 10:00:30 GMT', 30_000],
		['Wed, 06 May 2026 09:59:00 GMT', 0],
		['-1', undefined],
		['', undefined],
		['  ', undefined],
		['soon', undefined],
		['Infinity', undefined],
		[undefined, undefined],
		[['3'], undefined],
		[3, undefined],
	])('reads %j as %s', (header, expected) => {
		expect(readRetryAfter(header, now)).toBe(expected);
	});

	it('never throws and never gives a negative or unreal time', () => {
		fc.assert(
			fc.property(fc.oneof(fc.anything(), fc.date().map(String)), (header) => {
				const ms = readRetryAfter(header, now);
				expect(ms === undefined || (ms >= 0 && Number.isFinite(ms))).toBe(true);
			}),
		);
	});
});
