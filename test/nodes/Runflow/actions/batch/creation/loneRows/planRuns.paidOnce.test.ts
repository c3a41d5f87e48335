import { rejection } from '../../../../../../fakes/api.ts';
import { loneRowsOfEachTest } from '../../../../../../fakes/loneRowsOfEachTest.ts';

const { emulator, posts, prompts, run } = loneRowsOfEachTest();
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
let evaluations = 0;

describe.each(['honoured', 'ignored'] as const)('lone rows are paid once, keys %s,', (runKeys) => {
	const changing = () => ({ itemJson: { prompt: `row ${evaluations++}` } });
	beforeEach(() => {
		emulator().settings.runKeys = runKeys;
	});

	it('when answers are lost', async () => {
		emulator().faults.add({ on: /^POST .*\/runs$/, kind: 'reset-after', times: 3 });
		expect(await run()).toHaveLength(3);
		expect(emulator().charges).toHaveLength(3);
	});

	it('under Retry On Fail, with expressions that change', async () => {
		emulator().faults.add({ on: /^POST .*\/runs$/, kind: 'reset-after', times: 1, skip: 1 });
		emulator().faults.add({ on: /^GET \/v1\/runs/, kind: 'status', status: 403, times: 1 });
		await rejection(run({ ...changing(), requestOptions: { concurrency: 1 } }));
		expect(emulator().charges).toHaveLength(2);
		expect(await run(changing())).toHaveLength(3);
		expect(emulator().charges).toHaveLength(3);
	});

	it("under n8n's Retry, where failed rows alone run again", async () => {
		const change = { onFailedItems: 'error', itemJson: { prompt: 'x' } };
		emulator().faults.add({
			on: /^POST .*\/runs$/,
			kind: 'status',
			status: 402,
			times: 1,
			skip: 2,
		});
		const requestOptions = { concurrency: 1 };
		await rejection(run({ ...change, requestOptions }));
		expect(emulator().charges).toHaveLength(2);
		const output = await run(change, { executionId: '101', mode: 'retry' });
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(upTo(3).map((item) => ({ item })));
		expect(emulator().charges).toHaveLength(3);
	});

	it("under n8n's Retry, and what the model failed on runs again", async () => {
		const input = [{ prompt: 'good' }, { prompt: '[fail]' }];
		const change = { inputMode: 'jsonArray', batchJson: input, onFailedItems: 'error' };
		await rejection(run(change, { items: 1 }));
		await rejection(run(change, { items: 1, executionId: '101', mode: 'retry' }));
		expect(prompts().sort()).toEqual(['[fail]', '[fail]', 'good']);
	});

	it('under a key of a person, in another execution too', async () => {
		const change = (row: number) => ({ options: { idempotencyKey: `order-${row}` } });
		const byRow = (row: number) => ({
			resource: 'run',
			operation: 'create',
			model: { __rl: true, mode: 'id', value: 'acme/provider-only' },
			inputMode: 'jsonPerItem',
			itemJson: { prompt: `row ${row}` },
			callback: 'none',
			...change(row),
		});
		const first = await run({}, { parameters: byRow });
		expect(
			posts('/runs')
				.map(({ headers }) => headers['idempotency-key'])
				.sort(),
		).toEqual(upTo(3).map((row) => `order-${row}`));
		const again = await run({}, { parameters: byRow, executionId: '900', kept: {} });
		expect(again.map(({ json }) => json.id)).toEqual(first.map(({ json }) => json.id));
		expect(emulator().charges).toHaveLength(3);
	});
});

it('leaves no row of an array out when another try follows', async () => {
	const change = {
		operation: 'create',
		callback: 'none',
		inputMode: 'jsonArray',
		batchJson: upTo(4).map((row) => ({ prompt: `row ${row}` })),
		requestOptions: { concurrency: 1 },
	};
	emulator().faults.add({ on: /^POST .*\/runs$/, kind: 'status', status: 402, times: 1, skip: 1 });
	await rejection(run(change, { items: 1 }));
	expect(await run(change, { items: 1 })).toHaveLength(4);
	expect(prompts().sort()).toEqual(upTo(4).map((row) => `row ${row}`));
});

it('leaves no row of an array out when a corrected one fails and another try follows', async () => {
	const array = (...texts: string[]) => ({
		operation: 'create',
		callback: 'none',
		inputMode: 'jsonArray',
		batchJson: texts.map((prompt) => ({ prompt })),
		requestOptions: { concurrency: 1 },
	});
	const retry = (source: string) => ({
		items: 1,
		executionId: '101',
		mode: 'retry',
		storedParameters: { batchJson: source },
	});
	await run(array('a', 'b'), { items: 1 });
	emulator().faults.add({ on: /^POST .*\/runs$/, kind: 'status', status: 402, times: 1 });
	await rejection(run(array('a', 'corrected'), retry('corrected')));
	expect(await run(array('a', 'corrected'), retry('corrected'))).toHaveLength(2);
	expect(prompts().sort()).toEqual(['a', 'b', 'corrected']);
});
