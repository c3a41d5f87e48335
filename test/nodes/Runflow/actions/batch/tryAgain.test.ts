import type { IDataObject } from 'n8n-workflow';

import { emulatorOfEachTest } from '../../../../fakes/emulatorOfEachTest.ts';
import { rejection } from '../../../../fakes/api.ts';
import { LONE_MODEL } from '../../../../fakes/emulatedRun.ts';
import { payments, Run, statuses } from '../../../../fakes/executionChain.ts';
import {
	loseAnswers,
	posts,
	refuse,
	rowsSent,
	tries,
	trying,
} from '../../../../fakes/triedAgain.ts';

const emulator = emulatorOfEachTest({ processingMs: 0, retryDelaysMs: [] });

describe('failed rows', () => {
	it('run again as a new batch, and the results come out once, complete, in order', async () => {
		const prompts = ['fine', '[fail 1 a]', 'fine', '[fail 2 b]', '[fail]'];
		const output = await new Run(emulator(), trying(prompts, 2)).execute();
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(
			prompts.map((_, item) => ({ item })),
		);
		expect(statuses(output)).toEqual([...Array<string>(4).fill('succeeded'), 'failed']);
		expect(tries(output)).toEqual([1, 2, 1, 3, 3]);
		expect(rowsSent(emulator())).toEqual([5, 3, 2]);
		expect(payments(emulator())).toEqual({ 0: 1, 1: 1, 2: 1, 3: 1 });
	});

	it('do not run again, and nothing speaks of tries, unless that is chosen', async () => {
		const output = await new Run(emulator(), trying(['[fail 1 a]', 'fine'], 0)).execute();
		expect(rowsSent(emulator())).toEqual([2]);
		expect(output.map(({ json }) => 'tries' in json)).toEqual([false, false]);
	});

	it.each(['[fail VALIDATION_ERROR]', '[fail INSUFFICIENT_CREDITS]', '[cancel]'])(
		'do not run again where another try would meet the same: %s',
		async (prompt) => {
			const output = await new Run(emulator(), trying([prompt, 'fine'], 3)).execute();
			expect([rowsSent(emulator()), tries(output)]).toEqual([[2], [1, 1]]);
		},
	);

	it.each(['[fail MODEL_UNAVAILABLE]', '[fail RATE_LIMITED]'])(
		'run again where it may pass: %s',
		async (prompt) => {
			await new Run(emulator(), trying([prompt, 'fine'])).execute();
			expect(rowsSent(emulator())).toEqual([2, 1]);
		},
	);

	it('of arrays run again by themselves', async () => {
		const batchJson = ['fine', '[fail 1 a]', '[fail 1 b]', 'fine'].map((prompt, row) => ({
			row,
			prompt,
		}));
		const change = { inputMode: 'jsonArray', batchJson };
		const output = await new Run(emulator(), trying(['x'], 1, change)).execute();
		expect(tries(output)).toEqual([1, 2, 2, 1]);
		expect(output.map(({ json }) => emulatedRow(json))).toEqual([0, 1, 2, 3]);
	});

	it.each(['batch', 'run'])('of models that take no batches run again, by %s', async (resource) => {
		const change = { resource, model: LONE_MODEL };
		const prompts = ['fine', '[fail 1 a]', '[fail VALIDATION_ERROR]'];
		const output = await new Run(emulator(), trying(prompts, 2, change)).execute();
		expect([statuses(output), tries(output)]).toEqual([
			['succeeded', 'succeeded', 'failed'],
			[1, 2, 1],
		]);
		expect(emulator().runs.size).toBe(4);
	});

	it('of runs come out with links that are read once all are finished', async () => {
		const change = { resource: 'run', model: LONE_MODEL };
		await new Run(emulator(), trying(['fine', '[fail 1 a]'], 1, change)).execute();
		const lines = emulator().requests.map(({ method, path }) => `${method} ${path}`);
		const lastCreation = lines.findLastIndex((line) => line.startsWith('POST'));
		const [first] = emulator().runs.keys();
		expect(lines.slice(lastCreation).filter((line) => line.includes(first))).toHaveLength(1);
	});

	it('do not run again where a run has ended in a state that nobody knows', async () => {
		const change = { resource: 'run', model: LONE_MODEL, waitFor: 'callback' };
		const run = new Run(emulator(), trying(['fine', '[fail]'], 1, change));
		emulator().holdBatches();
		await run.execute();
		emulator().release();
		await emulator().settled();
		[...emulator().runs.values()][1].items[0].statusCode = 'expired' as never;
		expect(statuses(await run.execute())).toEqual(['succeeded', 'failed']);
		expect(emulator().runs.size).toBe(2);
	});

	it('that were tried in vain fail the node where that is chosen', async () => {
		const change = { onFailedItems: 'error' };
		const run = new Run(emulator(), trying(['fine', '[fail]'], 1, change));
		expect((await rejection(run.execute())) as Error).toMatchObject({
			message: '1 of 2 rows failed',
		});
		await rejection(run.execute());
		expect(rowsSent(emulator())).toEqual([2, 1]);
	});

	it.each([-1, 4, 1.5, 'often'])(
		'are refused as %j tries before anything is sent',
		async (times) => {
			const error = await rejection(new Run(emulator(), trying(['x'], times as number)).execute());
			expect((error as Error).message).toContain("'Try Failed Rows Again' of item 0 must be");
			expect(posts(emulator())).toEqual([]);
		},
	);

	it('go under a key of a person with a number, and another execution finds both batches', async () => {
		const change = { options: { tryFailedRowsAgain: 1, idempotencyKey: 'order' } };
		await new Run(emulator(), trying(['fine', '[fail 1 a]'], 1, change)).execute();
		expect(posts(emulator()).map(({ headers }) => headers['idempotency-key'])).toEqual([
			'order',
			'order-2',
		]);
		const other = new Run(emulator(), trying(['fine', '[fail 1 a]'], 1, change));
		expect(statuses(await other.execute({ executionId: '900' }))).toEqual(
			Array(2).fill('succeeded'),
		);
		expect(rowsSent(emulator())).toEqual([2, 1]);
	});
});

describe('a refusal of the new batch costs no results', () => {
	it.each([402, 422, 429])('with status %d', async (status) => {
		emulator().faults.add({
			on: /^POST .*\/batches$/,
			kind: 'status',
			status,
			skip: 1,
			times: Infinity,
		});
		const run = new Run(emulator(), trying(['fine', '[fail 1 a]'], 3));
		const output = await run.execute();
		expect([statuses(output), tries(output)]).toEqual([
			['succeeded', 'failed'],
			[1, 1],
		]);
		emulator().faults.clear();
		expect(statuses(await run.execute())).toEqual(['succeeded', 'failed']);
		expect(rowsSent(emulator())).toEqual([2]);
	});

	it('of several: those that were made are waited for', async () => {
		const prompts = Array.from({ length: 150 }, (_, row) => `[fail 1 ${row}]`);
		refuse(emulator(), 3);
		const output = await new Run(emulator(), trying(prompts, 1)).execute();
		expect(output).toHaveLength(150);
		expect(tries(output)).toEqual([...Array(100).fill(2), ...Array(50).fill(1)]);
		expect(rowsSent(emulator())).toEqual([100, 50, 100]);
	});

	it('and no more is spent than is to be kept', async () => {
		const change = { options: { tryFailedRowsAgain: 1, keepAtLeast: '999999.98' } };
		const output = await new Run(emulator(), trying(['fine', '[fail 1 a]'], 1, change)).execute();
		expect([statuses(output), rowsSent(emulator())]).toEqual([['succeeded', 'failed'], [2]]);
	});
});

describe('an execution that waits by callback', () => {
	const parking = (more: IDataObject = {}) =>
		trying(['fine', '[fail 1 a]', '[fail 2 b]'], 2, { waitFor: 'callback', ...more });
	const awaited = (run: Run) =>
		(
			JSON.parse(String(run.context.runflowAwaiting)) as {
				batches: Array<{ id: string; callsBack: boolean; itemIndexes: Array<number | null> }>;
			}
		).batches.filter(({ callsBack }) => callsBack);

	it('is parked again for the rows that failed, each time for the new batch alone', async () => {
		const run = new Run(emulator(), parking());
		const batches: string[] = [];
		for (const rows of [3, 2, 1]) {
			emulator().holdBatches();
			const output = await run.execute();
			expect([run.parkedUntil.length, output.length]).toEqual([1, 3]);
			expect(output[0].json).toEqual({ row: 0 });
			const waiting = awaited(run);
			expect(waiting.map(({ itemIndexes }) => itemIndexes.length)).toEqual([rows]);
			batches.push(waiting[0].id);
			emulator().release();
			await emulator().settled();
		}
		const output = await run.execute();
		expect(run.parkedUntil).toEqual([]);
		expect([statuses(output), tries(output)]).toEqual([Array(3).fill('succeeded'), [1, 2, 3]]);
		expect([...emulator().batches.keys()]).toEqual(batches);
		expect(payments(emulator())).toEqual({ 0: 1, 1: 1, 2: 1 });
		expect(run.context.batchIds).toEqual(batches);
	});

	it('goes on with the new batch in another try, whatever came of the first', async () => {
		const run = new Run(emulator(), parking());
		emulator().holdBatches();
		await run.execute();
		emulator().release();
		await emulator().settled();
		loseAnswers(emulator(), 0);
		await rejection(run.execute());
		expect(rowsSent(emulator())).toEqual([3, 2]);
		await emulator().settled();
		expect(await run.execute()).toHaveLength(3);
		expect(payments(emulator())).toEqual({ 0: 1, 1: 1, 2: 1 });
	});
});

/** The row that an item came from, by what Runflow was sent. */
function emulatedRow({ batch_id, id }: IDataObject): unknown {
	const { items } = emulator().batches.get(String(batch_id))!;
	return items.find((item) => item.id === id)?.input.row;
}
