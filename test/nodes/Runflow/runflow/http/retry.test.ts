import fc from 'fast-check';

import {
	EgressRefusedError,
	MaybeDoneError,
	RequestCancelledError,
	RunflowAnswerError,
	RunflowApiError,
	RunflowConnectionError,
} from '../../../../../nodes/Runflow/runflow/http/errors.ts';
import { withRetries, type RetryMode } from '../../../../../nodes/Runflow/runflow/http/retry.ts';
import {
	CONNECTION_FAILURES,
	type ConnectionFailure,
} from '../../../../../nodes/Runflow/runflow/http/port.ts';
import { adapter } from '../../../../fakes/adapters.ts';
import { rejection } from '../../../../fakes/api.ts';
import { instantRetries } from '../../../../fakes/retries.ts';

const status = (code: number, retryAfterMs?: number) =>
	new RunflowApiError(code, undefined, { retryAfterMs });
const connection = (kind: ConnectionFailure) =>
	new RunflowConnectionError(kind, 'api.runflow.test');

/** The kinds of a failed connection of which something holds. */
function kindsThat(holds: (facts: { unsent: boolean; lasting: boolean }) => boolean) {
	const kinds = Object.keys(CONNECTION_FAILURES) as ConnectionFailure[];
	return kinds.filter((kind) => holds(CONNECTION_FAILURES[kind]));
}

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
	const thrown = await rejection(withRetries(mode, exchange, instantRetries()));
	expect(thrown instanceof MaybeDoneError ? thrown.failure : thrown).toBe(error);
	return calls.count;
}

describe('withRetries', () => {
	it('returns a success at once', async () => {
		const retries = instantRetries();
		const { pauses } = retries;
		expect(await withRetries('once', async () => undefined, retries)).toBeUndefined();
		expect(pauses).toEqual([]);
	});

	it('returns the success after failures', async () => {
		const retries = instantRetries();
		const { pauses } = retries;
		const answers = [status(503), connection('lost')];
		const exchange = async () => {
			const error = answers.shift();
			if (error) throw error;
			return 'done';
		};
		expect(await withRetries('repeatable', exchange, retries)).toBe('done');
		expect(pauses).toEqual([1_000, 2_000]);
	});

	it('tries five times with doubled pauses, then passes the last failure on', async () => {
		const retries = instantRetries();
		const { pauses } = retries;
		const last = status(502);
		const { calls, exchange } = failing(status(500), status(503), status(504), status(500), last);
		expect(await rejection(withRetries('repeatable', exchange, retries))).toBe(last);
		expect(calls.count).toBe(5);
		expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000]);
	});

	it('never pauses longer than the longest pause', async () => {
		const retries = instantRetries({ attempts: 9 });
		const { pauses } = retries;
		await rejection(withRetries('repeatable', failing(status(500)).exchange, retries));
		expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 32, 32].map((seconds) => seconds * 1_000));
	});

	it('keeps the jitter between half of the pause and the whole', async () => {
		await fc.assert(
			fc.asyncProperty(fc.double({ min: 0, max: 1, noNaN: true }), async (random) => {
				const retries = instantRetries({}, { random: () => random });
				const { pauses } = retries;
				await rejection(withRetries('repeatable', failing(status(500)).exchange, retries));
				expect(pauses).toEqual([1, 2, 4, 8].map((s) => 500 * s + random * 500 * s));
			}),
		);
	});

	it('makes one attempt when the policy allows one', async () => {
		const retries = instantRetries({ attempts: 1 });
		const { pauses } = retries;
		const { calls, exchange } = failing(status(500));
		await rejection(withRetries('repeatable', exchange, retries));
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
		expect(await triesOf(connection('refused'), 'once')).toBe(5);
		expect(await triesOf(connection('lost'), 'once')).toBe(1);
		expect(await triesOf(connection('timeout'), 'once')).toBe(1);
		expect(await triesOf(new RunflowAnswerError('not JSON', 200), 'once')).toBe(1);
		for (const code of [408, 425, 500, 502, 503, 504]) {
			expect(await triesOf(status(code), 'once')).toBe(1);
		}
	});

	it('tells of what may run once whether it may have run, and changes no error', async () => {
		const retries = instantRetries();
		const thrownBy = async (error: Error) =>
			await rejection(withRetries('once', failing(error).exchange, retries));
		for (const error of [
			status(503),
			connection('lost'),
			new RunflowAnswerError('not JSON', 200, 'req-5'),
		]) {
			Object.freeze(error);
			const thrown = await thrownBy(error);
			expect(thrown).toBeInstanceOf(MaybeDoneError);
			expect(thrown).toMatchObject({ message: error.message, failure: error, cause: error });
		}
		for (const error of [status(422), status(429), connection('refused')]) {
			expect(await thrownBy(error)).toBe(error);
		}
	});

	it('asks again after a conflict with its own key only where a try may have arrived', async () => {
		const retries = instantRetries();
		const { pauses } = retries;
		const conflict = status(409);
		const run = async (inDoubt: boolean, ...errors: Error[]) => {
			const { calls, exchange } = failing(...errors);
			const run = withRetries('keyed', exchange, { ...retries, inDoubt });
			const thrown = await rejection(run);
			expect(thrown instanceof MaybeDoneError ? thrown.failure : thrown).toBe(errors.at(-1));
			return calls.count;
		};
		expect(await run(false, conflict)).toBe(1);
		expect(await run(false, connection('refused'), conflict)).toBe(2);
		expect(await run(false, status(429), conflict)).toBe(2);
		pauses.length = 0;
		expect(await run(false, connection('lost'), conflict)).toBe(5);
		expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000]);
		expect(await run(true, conflict)).toBe(5);
		expect(await run(true, conflict, status(422))).toBe(2);
	});

	it('tells of a request with a key whether any try may have arrived', async () => {
		const retries = instantRetries();
		const isInDoubt = async (inDoubt: boolean, ...errors: Error[]) => {
			const { exchange } = failing(...errors);
			const run = withRetries('keyed', exchange, { ...retries, inDoubt });
			return (await rejection(run)) instanceof MaybeDoneError;
		};
		expect(await isInDoubt(false, status(402))).toBe(false);
		expect(await isInDoubt(false, status(429), status(402))).toBe(false);
		expect(await isInDoubt(true, status(402))).toBe(true);
		expect(await isInDoubt(false, connection('lost'), status(402))).toBe(true);
		expect(await isInDoubt(false, status(503), status(401))).toBe(true);
	});

	it('asks again for a broken answer where a repeat is safe', async () => {
		expect(await triesOf(connection('lost'), 'repeatable')).toBe(5);
		expect(await triesOf(new RunflowAnswerError('not JSON', 200), 'repeatable')).toBe(5);
	});

	it.each(kindsThat(({ lasting }) => lasting))('gives up at once on %s', async (kind) => {
		for (const mode of ['repeatable', 'keyed', 'once'] as const) {
			expect(await triesOf(connection(kind), mode)).toBe(1);
		}
	});

	it.each(kindsThat(({ lasting }) => !lasting))('asks again on %s', async (kind) => {
		const { unsent } = CONNECTION_FAILURES[kind];
		expect(await triesOf(connection(kind), 'repeatable')).toBe(5);
		expect(await triesOf(connection(kind), 'once')).toBe(unsent ? 5 : 1);
	});

	it.each(kindsThat(({ unsent }) => !unsent))('leaves in doubt what met %s', async (kind) => {
		const { exchange } = failing(connection(kind));
		for (const mode of ['keyed', 'once'] as const) {
			expect(await rejection(withRetries(mode, exchange, instantRetries()))).toBeInstanceOf(
				MaybeDoneError,
			);
		}
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
		const retries = instantRetries({ attempts: 4 });
		const { pauses } = retries;
		const { exchange } = failing(status(429, 7_000), status(503, 0), status(429, 120_000));
		await rejection(withRetries('repeatable', exchange, retries));
		expect(pauses).toEqual([7_000, 0, 120_000]);
	});

	it('does not wait longer than two minutes, but passes the failure on', async () => {
		const retries = instantRetries();
		const { pauses } = retries;
		const { calls, exchange } = failing(status(429, 120_001));
		expect(await rejection(withRetries('repeatable', exchange, retries))).toMatchObject({
			retryAfterMs: 120_001,
		});
		expect([calls.count, pauses]).toEqual([1, []]);
	});

	it('ends a real pause at once when the execution is cancelled', async () => {
		const controller = new AbortController();
		const { calls, exchange } = failing(status(429, 60_000));
		const run = withRetries('once', exchange, {
			clock: adapter.clock,
			signal: controller.signal,
		});
		await Promise.resolve();
		controller.abort();
		expect(await rejection(run)).toBeInstanceOf(RequestCancelledError);
		expect(calls.count).toBe(1);
	});
});
