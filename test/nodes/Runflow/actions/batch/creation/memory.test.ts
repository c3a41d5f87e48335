import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { Runflow } from '../../../../../../nodes/Runflow/Runflow.node.ts';
import { startEmulator, type Emulator, type FaultRule } from '../../../../../emulator/emulator.ts';
import { rejection } from '../../../../../fakes/api.ts';
import { fakeClock } from '../../../../../fakes/clock.ts';
import { createParameters } from '../../../../../fakes/createRun.ts';
import { oneErrorRealm } from '../../../../../fakes/realm.ts';
import {
	RESUME_URL,
	waitingContext,
	type WaitingSetup,
} from '../../../../../fakes/waitingContext.ts';

oneErrorRealm();

const ROWS = 250;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

let emulator: Emulator;

beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 0 });
});
afterEach(async () => {
	await emulator.close();
});

type Input = (item: number) => IDataObject;

let evaluations = 0;
const constant: Input = (item) => ({ row: item });
/** Another value at each evaluation, as `{{ $now }}` and a random seed are. */
const changing: Input = (item) => ({ row: item, seed: evaluations++ });

/** A try of the node, as n8n has it: what a run remembers is its context, stored as JSON. */
interface Try extends Partial<WaitingSetup> {
	input?: Input;
	/** Other parameters of the node. */
	change?: IDataObject;
}

class Run {
	context: IDataObject = {};
	private readonly base: Try;

	constructor(base: Try = {}) {
		this.base = base;
	}

	/** The node's execution: the same one for Retry On Fail, another one for n8n's Retry. */
	async execute(more: Try = {}): Promise<INodeExecutionData[]> {
		const { input = constant, change = {}, ...setup } = { ...this.base, ...more };
		const { context } = waitingContext({
			parameters: (item) => ({
				resource: 'batch',
				operation: 'create',
				model: { __rl: true, mode: 'id', value: 'acme/undeclared' },
				inputMode: 'jsonPerItem',
				itemJson: input(item),
				callback: 'none',
				waitFor: 'polling',
				timeout: 1,
				pollInterval: 0.001,
				options: {},
				...change,
			}),
			storedParameters: { itemJson: '={{ as it stands in the workflow }}' },
			items: ROWS,
			credential: { apiKey: emulator.apiKey, baseUrl: emulator.url },
			kept: this.context,
			edition: { clock: fakeClock() },
			...setup,
		});
		try {
			return (await new Runflow().execute.call(context))[0];
		} finally {
			this.context = JSON.parse(JSON.stringify(this.context)) as IDataObject;
		}
	}
}

const RETRY_ON_FAIL: Try = {};
const RETRY: Try = { executionId: '101', mode: 'retry' };

const refusal: FaultRule = {
	on: /^POST \/v1\/models\//,
	kind: 'status',
	status: 402,
	code: 'INSUFFICIENT_CREDIT',
	skip: 1,
	times: 1,
};
const lostAnswers: FaultRule = { on: /^POST \/v1\/models\//, kind: 'reset-after', times: 5 };

/** How often each row was paid for, by its number. */
const payments = () => {
	const rows = [...emulator.batches.values()].flatMap(({ items }) =>
		items.map(({ input }) => Number((input as IDataObject).row)),
	);
	return upTo(ROWS).map((row) => rows.filter((paid) => paid === row).length);
};
const ONCE = upTo(ROWS).map(() => 1);

const links = (items: INodeExecutionData[]) =>
	items
		.flatMap(({ pairedItem }) => [pairedItem].flat().map((link) => (link as { item: number }).item))
		.sort((a, b) => a - b);

describe.each([
	['Retry On Fail', RETRY_ON_FAIL],
	["n8n's Retry", RETRY],
])('%s', (_, again) => {
	describe.each([
		['a batch was refused', refusal],
		['answers were lost', lostAnswers],
	])('after %s', (__, fault) => {
		it.each([
			['constant', constant],
			['changing', changing],
		])('pays for each row once, with %s parameters', async (___, input) => {
			const run = new Run({ input, change: { requestOptions: { concurrency: 1 } } });
			emulator.faults.add(fault);
			await rejection(run.execute());
			const output = await run.execute(again);
			expect(payments()).toEqual(ONCE);
			expect(links(output)).toEqual(upTo(ROWS));
		});

		it('pays for each row once, and gives each its own result', async () => {
			const change = { operation: 'createAndWait', requestOptions: { concurrency: 1 } };
			const run = new Run({ input: changing, change });
			emulator.faults.add(fault);
			await rejection(run.execute());
			const output = await run.execute(again);
			expect(payments()).toEqual(ONCE);
			expect(output.map(({ json, pairedItem }) => [json.status_code, pairedItem])).toEqual(
				upTo(ROWS).map((item) => ['succeeded', { item }]),
			);
		});
	});

	it('sends a batch in doubt again with the same bytes under the same key', async () => {
		const run = new Run({ input: changing, items: 3 });
		emulator.faults.add({ ...lostAnswers, kind: 'reset-before' });
		await rejection(run.execute());
		await run.execute(again);
		const sent = emulator.requests.filter(({ method }) => method === 'POST');
		expect(new Set(sent.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
		expect(new Set(sent.map(({ body }) => body.toString())).size).toBe(1);
	});

	it("keeps a person's own keys as they are, and numbers only repeats", async () => {
		const change = { options: { idempotencyKey: 'order-B' }, requestOptions: { concurrency: 1 } };
		const run = new Run({ change });
		emulator.faults.add(refusal);
		await rejection(run.execute());
		await run.execute(again);
		const keys = emulator.requests
			.filter(({ method, status }) => method === 'POST' && status === 201)
			.map(({ headers }) => headers['idempotency-key']);
		expect(keys).toEqual(['order-B', 'order-B-2', 'order-B-3']);
		expect(payments()).toEqual(ONCE);
	});
});

describe("n8n's Retry with a corrected workflow", () => {
	const corrected = { itemJson: '={{ corrected }}' };

	it('creates anew what was corrected, and nothing else', async () => {
		const run = new Run({ change: { requestOptions: { concurrency: 1 } } });
		emulator.faults.add(refusal);
		await rejection(run.execute());
		const input = (item: number) => ({ row: item, ...(item === 120 ? { fixed: true } : {}) });
		const output = await run.execute({ ...RETRY, storedParameters: corrected, input });
		expect(payments()).toEqual(ONCE);
		expect(links(output)).toEqual(upTo(ROWS));
	});

	it('creates all of it anew where all of it was corrected', async () => {
		const run = new Run({
			items: 3,
			change: { operation: 'createAndWait', onFailedItems: 'error' },
		});
		const bad = (item: number) => ({ row: item, prompt: '[fail]' });
		await rejection(run.execute({ input: bad }));
		const good = (item: number) => ({ row: item, prompt: 'good' });
		const output = await run.execute({ ...RETRY, storedParameters: corrected, input: good });
		expect(output.map(({ json }) => json.status_code)).toEqual(Array(3).fill('succeeded'));
		expect(emulator.batches.size).toBe(2);
	});

	it('creates anew for another model', async () => {
		const run = new Run({
			items: 3,
			change: { operation: 'createAndWait', onFailedItems: 'error' },
		});
		const bad = (item: number) => ({ row: item, prompt: '[fail]' });
		await rejection(run.execute({ input: bad }));
		const change = { operation: 'createAndWait', model: 'acme/text-to-video' };
		const good = () => ({ prompt: 'good' });
		await run.execute({ ...RETRY, storedParameters: { model: 'other' }, input: good, change });
		expect([...emulator.batches.values()].map(({ model }) => model.slug)).toHaveLength(2);
	});

	it('asks for what it waits for where the callback goes to the execution before', async () => {
		const resumeUrl = 'http://127.0.0.1:5678/webhook-waiting/100?signature=x';
		const change = { operation: 'createAndWait', waitFor: 'callback' };
		const run = new Run({ items: 3, change, resumeUrl });
		emulator.faults.add(lostAnswers);
		await rejection(run.execute());
		const output = await run.execute(RETRY);
		expect(output.map(({ json }) => json.status_code)).toEqual(Array(3).fill('succeeded'));
		expect(emulator.batches.size).toBe(1);
	});
});

describe("n8n's Retry after rows failed", () => {
	it('runs the failed rows again, and takes over those that are paid for', async () => {
		const run = new Run({
			items: 4,
			change: { operation: 'createAndWait', onFailedItems: 'error' },
		});
		const input = (item: number) => ({ row: item, prompt: item % 2 ? '[fail]' : 'good' });
		await rejection(run.execute({ input }));
		const healed = (item: number) => ({ row: item, prompt: 'good', seed: evaluations++ });
		const output = await run.execute({ ...RETRY, input: healed });
		expect(output.map(({ json, pairedItem }) => [json.status_code, pairedItem])).toEqual(
			upTo(4).map((item) => ['succeeded', { item }]),
		);
		const inputs = [...emulator.batches.values()].map(({ items }) =>
			items.map(({ input: row }) => (row as IDataObject).row),
		);
		expect(inputs).toEqual([
			[0, 1, 2, 3],
			[1, 3],
		]);
	});

	it('runs the failed elements of an array again, in their places', async () => {
		const run = new Run({ items: 2 });
		const arrays = (prompt: string) => (item: number) => ({
			...createParameters({ operation: 'createAndWait', inputMode: 'jsonArray' })(item),
			model: 'acme/undeclared',
			batchJson: upTo(3).map((element) => ({ element, prompt: element === 1 ? prompt : 'good' })),
			waitFor: 'polling',
			onFailedItems: 'error',
		});
		const tryWith = async (prompt: string, more: Try = {}) =>
			await run.execute({ ...more, parameters: arrays(prompt) });
		await rejection(tryWith('[fail]'));
		const output = await tryWith('healed', RETRY);
		expect(output.map(({ json, pairedItem }) => [json.status_code, pairedItem])).toEqual(
			[0, 0, 0, 1, 1, 1].map((item) => ['succeeded', { item }]),
		);
		expect(emulator.batches.size).toBe(4);
	});
});

describe('a try that nobody remembers, because n8n was killed', () => {
	const POST = /^POST \/v1\/models\//;

	async function killed(input: Input) {
		const run = new Run({ input, items: 3 });
		emulator.faults.add(lostAnswers);
		await rejection(run.execute());
		run.context = {};
		return run;
	}

	it.each(['100', '101'])('meets its batch again, in execution %s', async (executionId) => {
		const run = await killed(constant);
		const output = await run.execute({ executionId, mode: 'retry' });
		expect(emulator.batches.size).toBe(1);
		expect(links(output)).toEqual(upTo(3));
	});

	it('meets a conflict where an expression changed, in the tries after it as well', async () => {
		const run = await killed(changing);
		for (const executionId of ['101', '102']) {
			const error = await rejection(run.execute({ executionId, mode: 'retry' }));
			expect(error).toMatchObject({ message: expect.stringContaining('Idempotency Key already') });
		}
		expect(emulator.batches.size).toBe(1);
	});

	it("takes a conflict over a person's own key for a refusal", async () => {
		const options = (idempotencyKey: string) => ({ change: { options: { idempotencyKey } } });
		await new Run({ items: 1, ...options('order-A') }).execute();
		const run = new Run({ items: 2, executionId: '200' });
		await rejection(run.execute(options('order-A')));
		await run.execute({ executionId: '201', ...options('order-B') });
		expect(emulator.batches.size).toBe(2);
	});

	it('is still remembered where a later try of the client was refused', async () => {
		const run = new Run({ input: changing, items: 3 });
		emulator.faults.add({ ...lostAnswers, times: 1 });
		emulator.faults.add({ on: POST, kind: 'status', status: 402, times: 1 });
		await rejection(run.execute());
		await run.execute();
		expect(emulator.batches.size).toBe(1);
	});

	it('is asked for again where Runflow reports a conflict with what it still works on', async () => {
		const run = new Run({ input: changing, items: 3 });
		emulator.faults.add({ ...lostAnswers, times: 1 });
		emulator.faults.add({ on: POST, kind: 'status', status: 409, times: 1 });
		await run.execute();
		expect(emulator.batches.size).toBe(1);
	});
});

describe('runs that share nothing', () => {
	const once = async (setup: Try) => await new Run({ items: 2, ...setup }).execute();

	it.each<[string, Try]>([
		['another n8n of the organization', { instanceId: 'instance-2' }],
		['another workflow', { workflowId: 'workflow-2' }],
		['another execution', { executionId: '101', resumeUrl: RESUME_URL.replace('-1', '-2') }],
	])('have batches of their own: %s', async (_, change) => {
		await once({});
		await once(change);
		expect(emulator.batches.size).toBe(2);
	});

	it.each(['__UNKNOWN__', ''])(
		'have batches of their own without an execution id: %j',
		async (executionId) => {
			await once({ executionId });
			await once({ executionId });
			expect(emulator.batches.size).toBe(2);
		},
	);
});

describe('the call of a tool', () => {
	const items: INodeExecutionData[] = [{ json: { prompt: 'a' } }];
	const isTool: Try = { isTool: true };

	it('is one call over its tries, though n8n counts each as a run', async () => {
		const run = new Run({ ...isTool, input: changing, items });
		emulator.faults.add(lostAnswers);
		await rejection(run.execute({ runIndex: 0 }));
		await run.execute({ runIndex: 1 });
		expect(emulator.batches.size).toBe(1);
	});

	describe('again with equal arguments', () => {
		const call = (more: Try = {}): Try => ({
			...isTool,
			items: [{ json: { prompt: 'a' } }],
			change: { operation: 'createAndWait', timeout: 0 },
			...more,
		});
		const handedOver = (items: INodeExecutionData[]) => items.map(({ json }) => json.batch_id);

		beforeEach(() => emulator.holdBatches());

		it('waits for the batch that was handed over unfinished', async () => {
			const run = new Run();
			const [{ json }] = await run.execute(call());
			expect(json.message).toMatch(/call this tool again with the very same input/);
			const again = await run.execute(call({ runIndex: 1 }));
			expect(handedOver(again)).toEqual([json.batch_id]);
			emulator.release();
			await emulator.settled();
			const last = await run.execute(call({ runIndex: 2 }));
			expect(last[0].json).toMatchObject({ batch_id: json.batch_id, status_code: 'succeeded' });
			expect(emulator.batches.size).toBe(1);
		});

		it('is a batch of its own once the one before has come to a result', async () => {
			const run = new Run();
			emulator.release();
			for (const runIndex of [0, 1]) {
				await run.execute(call({ runIndex, change: { operation: 'createAndWait' } }));
			}
			expect(emulator.batches.size).toBe(2);
		});

		it('is a batch of its own while the one before is under way', async () => {
			const run = new Run();
			await Promise.all([run.execute(call()), run.execute(call({ runIndex: 1 }))]);
			expect(emulator.batches.size).toBe(2);
		});

		it('goes to one of several calls', async () => {
			const run = new Run();
			await run.execute(call());
			const both = await Promise.all([run.execute(call()), run.execute(call())]);
			expect(new Set(both.flatMap(handedOver)).size).toBe(2);
			expect(emulator.batches.size).toBe(2);
		});

		it('is another batch for other content, in another execution, and without any', async () => {
			const run = new Run();
			await run.execute(call());
			await run.execute(call({ input: () => ({ prompt: 'other' }) }));
			await new Run().execute(call({ executionId: '101' }));
			const unknown = new Run();
			for (let time = 0; time < 2; time++) {
				const [{ json }] = await unknown.execute(call({ executionId: '__UNKNOWN__' }));
				expect(json.message).toMatch(/do not create it again/);
			}
			expect(emulator.batches.size).toBe(5);
		});

		it.each(['create', 'createAndWait'])(
			'goes on with what %s left in doubt',
			async (operation) => {
				const run = new Run();
				emulator.faults.add(lostAnswers);
				const change = { operation, timeout: 0 };
				await rejection(run.execute(call({ change })));
				await run.execute(call({ change }));
				expect(emulator.batches.size).toBe(1);
			},
		);
	});

	it('is a call of its own for other arguments, equal ones too', async () => {
		const run = new Run({ ...isTool });
		for (const runIndex of [0, 0, 1]) {
			await run.execute({ runIndex, items: [{ json: { prompt: 'a' } }] });
		}
		expect(emulator.batches.size).toBe(3);
	});
});
