import type { IDataObject } from 'n8n-workflow';

import { rejection } from '../../../../../../fakes/api.ts';
import { emulatorOfEachTest } from '../../../../../../fakes/emulatorOfEachTest.ts';
import { payments, retry, Run, statuses, prompts } from '../../../../../../fakes/executionChain.ts';

const emulator = emulatorOfEachTest({ processingMs: 0, retryDelaysMs: [] });

describe('Retry pressed twice on the same execution', () => {
	const byCallback = { waitFor: 'callback' };
	/** E1 100 fails because the model failed on all rows. */
	async function failedExecution(more: IDataObject = {}) {
		const run = new Run(emulator(), { of: prompts('[fail]', more) });
		await rejection(run.execute());
		return run;
	}

	it('pays once, by callback, with Retry On Fail in the second execution', async () => {
		const first = await failedExecution();
		const second = first.fork();
		emulator().holdBatches();
		const healed = prompts('good', byCallback);
		await first.execute({ ...retry('101'), of: healed }); // creates, parks
		expect(first.parkedUntil).toHaveLength(1);
		await rejection(second.execute({ ...retry('102'), of: healed })); // 409
		// n8n's Retry On Fail: the same execution once more
		await second.execute({ ...retry('102'), of: healed }).catch(() => {});
		emulator().release();
		await emulator().settled();
		expect(payments(emulator())).toEqual({ 0: 1, 1: 1, 2: 1 });
	});

	it('pays once, by callback, when the second execution is retried in turn', async () => {
		const first = await failedExecution();
		const second = first.fork();
		emulator().holdBatches();
		const healed = prompts('good', byCallback);
		await first.execute({ ...retry('101'), of: healed });
		await rejection(second.execute({ ...retry('102'), of: healed }));
		await second.execute({ ...retry('103'), of: healed }).catch(() => {});
		emulator().release();
		await emulator().settled();
		expect(payments(emulator())).toEqual({ 0: 1, 1: 1, 2: 1 });
	});

	it('pays once, by polling, with a changing expression', async () => {
		let evaluations = 0;
		const changing =
			(prompt: string) =>
			(item: number): IDataObject => ({
				itemJson: { row: item, prompt, seed: evaluations++ },
			});
		const first = new Run(emulator(), { of: changing('[fail]') });
		await rejection(first.execute());
		const second = first.fork();
		await first.execute({ ...retry('101'), of: changing('good') });
		await rejection(second.execute({ ...retry('102'), of: changing('good') })); // 409
		expect(payments(emulator())).toEqual({ 0: 1, 1: 1, 2: 1 });
	});

	it('runs failed rows again, and does not hand out what failed in the retry before', async () => {
		const first = await failedExecution();
		const second = first.fork();
		await rejection(first.execute(retry('101'))); // runs again, fails again: 2 batches
		expect(emulator().batches.size).toBe(2);
		await rejection(second.execute(retry('102'))); // Retry on the first execution once more
		expect(emulator().batches.size).toBe(3);
	});
});

describe('a batch in doubt', () => {
	it('is not paid twice where one of its rows was corrected', async () => {
		const run = new Run(emulator(), { of: prompts('good'), items: 100 });
		emulator().faults.add({ on: /^POST \/v1\/models\//, kind: 'reset-after', times: 5 });
		await rejection(run.execute());
		expect(emulator().batches.size).toBe(1);
		const corrected = (item: number): IDataObject => ({
			itemJson: { row: item, prompt: item === 5 ? 'corrected' : 'good' },
		});
		await run.execute({
			...retry('101'),
			items: 100,
			of: corrected,
			storedParameters: { itemJson: '={{ corrected }}' },
		});
		const others = Object.entries(payments(emulator())).filter(([row]) => row !== '5');
		expect(others.filter(([, times]) => times !== 1).length).toBe(0);
	});
});

describe('JSON Array', () => {
	const array = (elements: IDataObject[]) => ({ inputMode: 'jsonArray', batchJson: elements });
	const a = { row: 0, prompt: 'good' };
	const b = { row: 1, prompt: 'good' };

	it.each(['Retry On Fail', "n8n's Retry"])('loses no element that was added (%s)', async (how) => {
		// The first execution makes [a], then fails on reading the results.
		const run = new Run(emulator(), { items: 1, of: () => array([a]) });
		emulator().faults.add({ on: /^GET .*\/items/, kind: 'status', status: 404, times: 1 });
		await rejection(run.execute());
		// Corrected to [a, b]; the creation of b is refused (402, 422, 429 for long, ...).
		const corrected = {
			of: () => array([a, b]),
			storedParameters: { batchJson: '={{ corrected }}' },
		};
		emulator().faults.add({ on: /^POST \/v1\/models\//, kind: 'status', status: 402, times: 1 });
		await rejection(run.execute({ ...retry('101'), ...corrected }));
		const next = how === 'Retry On Fail' ? retry('101') : retry('102');
		const output = await run.execute({ ...next, ...corrected });
		expect(output).toHaveLength(2);
	});

	it('loses no element that was corrected', async () => {
		const bad = [{ ...a }, { row: 1, prompt: '[fail]' }, { row: 2, prompt: '[fail]' }];
		const good = [{ ...a }, { row: 1, prompt: 'good' }, { row: 2, prompt: 'good' }];
		const run = new Run(emulator(), { items: 1, of: () => array(bad) });
		await rejection(run.execute());
		const corrected = { of: () => array(good), storedParameters: { batchJson: '={{ fixed }}' } };
		emulator().faults.add({ on: /^POST \/v1\/models\//, kind: 'status', status: 402, times: 1 });
		await rejection(run.execute({ ...retry('101'), ...corrected }));
		const output = await run.execute({ ...retry('102'), ...corrected });
		expect(output).toHaveLength(3);
	});
});

describe('a batch that failed or was cancelled after some rows succeeded', () => {
	it.each(['failed', 'cancelled'] as const)(
		'keeps the rows that are paid for (%s)',
		async (state) => {
			const of = (item: number): IDataObject => ({
				itemJson: { row: item, prompt: item === 0 ? '[fail]' : 'good' },
			});
			const run = new Run(emulator(), { of, items: 10 });
			await rejection(run.execute());
			const [batch] = emulator().batches.values();
			batch.statusCode = state; // 9 of its rows succeeded and its counters say so
			await run.execute({ ...retry('101'), of: prompts('good') }).catch(() => {});
			expect(payments(emulator())[5]).toBe(1);
		},
	);
});

describe('a changing expression and a field list that the editor read anew', () => {
	it('pays once', async () => {
		let seed = 0;
		const of = (item: number): IDataObject => ({
			itemJson: { row: item, prompt: 'good', seed: seed++ },
		});
		const model = (cachedResultName: string) => ({
			storedParameters: {
				model: { __rl: true, mode: 'list', value: 'acme/undeclared', cachedResultName },
			},
		});
		const run = new Run(emulator(), { of });
		emulator().faults.add({ on: /^GET .*\/items/, kind: 'status', status: 404, times: 1 });
		await rejection(run.execute(model('Undeclared')));
		await run.execute({ ...retry('101'), ...model('Undeclared v2') });
		expect(payments(emulator())).toEqual({ 0: 1, 1: 1, 2: 1 });
	});
});

describe('a batch that another try made, beside one that this try makes', () => {
	it.each([true, false])(
		'is not hidden when it cannot be read (continue on fail: %s)',
		async (continueOnFail) => {
			const create = { operation: 'create' };
			const of = prompts('good', create);
			const run = new Run(emulator(), { of, items: 150 });
			emulator().faults.add({
				on: /^POST \/v1\/models\//,
				kind: 'status',
				status: 402,
				skip: 1,
				times: 1,
			});
			await rejection(run.execute());
			// The retry reads the first batch to recall it, makes the second, and cannot read the first again.
			emulator().faults.add({
				on: /^GET \/v1\/batches\/[^/]*$/,
				kind: 'status',
				status: 503,
				skip: 1,
				times: 5,
			});
			const outcome = await run
				.execute({ ...retry('101'), continueOnFail })
				.then((items) => JSON.stringify(items))
				.catch(
					(error: Error & { description?: string }) => `${error.message} ${error.description}`,
				);
			const created = [...emulator().batches.keys()][1];
			expect(outcome).toContain(created);
		},
	);
});

describe('Continue On Fail', () => {
	it('says that a batch may exist whose answer was lost', async () => {
		const run = new Run(emulator(), { of: prompts('good'), continueOnFail: true });
		emulator().faults.add({ on: /^POST \/v1\/models\//, kind: 'reset-after', times: 5 });
		const [{ json }] = await run.execute();
		expect(emulator().batches.size).toBe(1); // paid for
		expect(`${json.error as string} ${json.details as string}`).toMatch(
			/may (exist|have)|was made|created/i,
		);
	});

	it('leaves the rows of one batch unharmed when those of another cannot be read', async () => {
		const run = new Run(emulator(), { of: prompts('good'), items: 150, continueOnFail: true });
		emulator().faults.add({
			on: /^GET \/v1\/batches\/[^/]*\/items/,
			kind: 'status',
			status: 503,
			skip: 1,
			times: 5,
		});
		const output = await run.execute();
		expect(statuses(output).filter((status) => status === 'succeeded')).toHaveLength(100);
	});
});
