import { rejection } from '../../../../../../fakes/api.ts';
import {
	changing,
	constant,
	creationRun,
	links,
	lostAnswers,
	paymentsOfAll,
	ROWS,
	upTo,
	type Input,
	ONCE,
	refusal,
} from '../../../../../../fakes/creationChain.ts';
import { retry, type Try } from '../../../../../../fakes/executionChain.ts';
import { emulatorOfEachTest } from '../../../../../../fakes/emulatorOfEachTest.ts';
import { RESUME_URL } from '../../../../../../fakes/waitingContext.ts';

const emulator = emulatorOfEachTest({ processingMs: 0 });

describe.each([
	['Retry On Fail', {}],
	["n8n's Retry", retry('101')],
])('%s', (_, again) => {
	describe.each([
		['a batch was refused', refusal],
		['answers were lost', lostAnswers],
	])('after %s', (__, fault) => {
		it.each([
			['constant', constant],
			['changing', changing],
		])('pays for each row once, with %s parameters', async (___, input) => {
			const run = creationRun(emulator(), {
				input,
				change: { requestOptions: { concurrency: 1 } },
			});
			emulator().faults.add(fault);
			await rejection(run.execute());
			const output = await run.execute(again);
			expect(paymentsOfAll(emulator())).toEqual(ONCE);
			expect(links(output)).toEqual(upTo(ROWS));
		});

		it('pays for each row once, and gives each its own result', async () => {
			const change = { operation: 'createAndWait', requestOptions: { concurrency: 1 } };
			const run = creationRun(emulator(), { input: changing, change });
			emulator().faults.add(fault);
			await rejection(run.execute());
			const output = await run.execute(again);
			expect(paymentsOfAll(emulator())).toEqual(ONCE);
			expect(output.map(({ json, pairedItem }) => [json.status_code, pairedItem])).toEqual(
				upTo(ROWS).map((item) => ['succeeded', { item }]),
			);
		});
	});

	it('sends a batch in doubt again with the same bytes under the same key', async () => {
		const run = creationRun(emulator(), { input: changing, items: 3 });
		emulator().faults.add({ ...lostAnswers, kind: 'reset-before' });
		await rejection(run.execute());
		await run.execute(again);
		const sent = emulator().requests.filter(({ method }) => method === 'POST');
		expect(new Set(sent.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
		expect(new Set(sent.map(({ body }) => body.toString())).size).toBe(1);
	});

	it("keeps a person's own keys as they are, and numbers only repeats", async () => {
		const change = { options: { idempotencyKey: 'order-B' }, requestOptions: { concurrency: 1 } };
		const run = creationRun(emulator(), { change });
		emulator().faults.add(refusal);
		await rejection(run.execute());
		await run.execute(again);
		const keys = emulator()
			.requests.filter(({ method, status }) => method === 'POST' && status === 201)
			.map(({ headers }) => headers['idempotency-key']);
		expect(keys).toEqual(['order-B', 'order-B-2', 'order-B-3']);
		expect(paymentsOfAll(emulator())).toEqual(ONCE);
	});
});

describe('a try that nobody remembers, because n8n was killed', () => {
	const POST = /^POST \/v1\/models\//;

	async function killed(input: Input) {
		const run = creationRun(emulator(), { input, items: 3 });
		emulator().faults.add(lostAnswers);
		await rejection(run.execute());
		run.context = {};
		return run;
	}

	it.each(['100', '101'])('meets its batch again, in execution %s', async (executionId) => {
		const run = await killed(constant);
		const output = await run.execute({ executionId, mode: 'retry' });
		expect(emulator().batches.size).toBe(1);
		expect(links(output)).toEqual(upTo(3));
	});

	it('meets a conflict where an expression changed, in the tries after it as well', async () => {
		const run = await killed(changing);
		for (const executionId of ['101', '102']) {
			const error = await rejection(run.execute({ executionId, mode: 'retry' }));
			expect(error).toMatchObject({ message: expect.stringContaining('Idempotency Key already') });
		}
		expect(emulator().batches.size).toBe(1);
	});

	it("takes a conflict over a person's own key for a refusal", async () => {
		const options = (idempotencyKey: string) => ({ change: { options: { idempotencyKey } } });
		await creationRun(emulator(), { items: 1, ...options('order-A') }).execute();
		const run = creationRun(emulator(), { items: 2, executionId: '200' });
		await rejection(run.execute(options('order-A')));
		await run.execute({ executionId: '201', ...options('order-B') });
		expect(emulator().batches.size).toBe(2);
	});

	it('is still remembered where a later try of the client was refused', async () => {
		const run = creationRun(emulator(), { input: changing, items: 3 });
		emulator().faults.add({ ...lostAnswers, times: 1 });
		emulator().faults.add({ on: POST, kind: 'status', status: 402, times: 1 });
		await rejection(run.execute());
		await run.execute();
		expect(emulator().batches.size).toBe(1);
	});

	it('is asked for again where Runflow reports a conflict with what it still works on', async () => {
		const run = creationRun(emulator(), { input: changing, items: 3 });
		emulator().faults.add({ ...lostAnswers, times: 1 });
		emulator().faults.add({ on: POST, kind: 'status', status: 409, times: 1 });
		await run.execute();
		expect(emulator().batches.size).toBe(1);
	});
});

describe('runs that share nothing', () => {
	const once = async (setup: Try) =>
		await creationRun(emulator(), { items: 2, ...setup }).execute();

	it.each<[string, Try]>([
		['another n8n of the organization', { instanceId: 'instance-2' }],
		['another workflow', { workflowId: 'workflow-2' }],
		['another execution', { executionId: '101', resumeUrl: RESUME_URL.replace('-1', '-2') }],
	])('have batches of their own: %s', async (_, change) => {
		await once({});
		await once(change);
		expect(emulator().batches.size).toBe(2);
	});

	it.each(['__UNKNOWN__', ''])(
		'have batches of their own without an execution id: %j',
		async (executionId) => {
			await once({ executionId });
			await once({ executionId });
			expect(emulator().batches.size).toBe(2);
		},
	);
});
