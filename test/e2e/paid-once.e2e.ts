import type { INode, INodeParameters } from 'n8n-workflow';

import type { FaultRule } from '../emulator/emulator.ts';
import { isCreation, nextCreation, repeat } from '../stage/creations.ts';
import { createAndWait, jsonOf, rowsOf, run } from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { manualRows, node, workflow } from '../stage/workflow.ts';

let stage: Stage;

beforeAll(async () => {
	stage = await startStage();
}, 900_000);
afterAll(async () => await stage?.close());
afterEach(() => stage.emulator.faults.clear());

type Fault = Omit<FaultRule, 'on'>;

const POST = 'POST /v1/models/*/batches';
const RETRY_ON_FAIL: Partial<INode> = { retryOnFail: true, maxTries: 3, waitBetweenTries: 200 };

/** Runs rows through one operation while requests to create batches meet faults. */
async function spend(options: {
	operation: 'create' | 'createAndWait';
	count: number;
	settings?: Partial<INode>;
	parameters?: INodeParameters;
	faults?: Array<Fault>;
}) {
	const { operation, count, settings, parameters, faults = [] } = options;
	const { emulator } = stage;
	const earlier = { batches: emulator.batches.size, charges: emulator.charges.length };
	const firstRequest = emulator.requests.length;
	for (const fault of faults) emulator.faults.add({ on: POST, ...fault });
	const rows = manualRows(rowsOf(Array.from({ length: count }, () => 'x')));
	const runflow = createAndWait(stage, { operation, ...parameters }, settings);
	const execution = await run(stage, workflow('Paid once', [...rows, runflow]));
	const keys = emulator.requests
		.slice(firstRequest)
		.filter(isCreation)
		.map(({ headers }) => String(headers['idempotency-key']));
	return {
		execution,
		/** One entry for each request that asked for a batch. */
		keys,
		unusedFaults: emulator.faults.pending.length,
		batches: [...emulator.batches.values()].slice(earlier.batches),
		charges: emulator.charges.slice(earlier.charges),
	};
}

type Spending = Awaited<ReturnType<typeof spend>>;

/** Exactly one batch and one charge for each chunk, and a result for each row. */
function expectPaidOnce(spending: Spending, operation: string, count: number): void {
	const { execution, batches, charges, keys, unusedFaults } = spending;
	const chunks = Array.from({ length: Math.ceil(count / 100) }, (_, chunk) =>
		Math.min(100, count - chunk * 100),
	);
	expect(execution.data.resultData.error).toBeUndefined();
	expect(unusedFaults).toBe(0);
	expect(batches.map(({ items }) => items.length).toSorted()).toEqual(chunks.toSorted());
	expect(charges.map(({ batch_id }) => batch_id)).toEqual(batches.map(({ id }) => id));
	// What was refused goes out again under its key: a key of another try could pay twice.
	expect(new Set(keys).size).toBe(chunks.length);
	if (operation === 'create') {
		expect(jsonOf(execution, 'Runflow').map(({ items_total }) => items_total)).toEqual(chunks);
	} else {
		expect(jsonOf(execution, 'Runflow').map(({ client_ref }) => client_ref)).toEqual(
			rowNames(count),
		);
		expect(jsonOf(execution, 'Runflow').every(({ error }) => !error)).toBe(true);
	}
}

const rowNames = (count: number) => Array.from({ length: count }, (_, index) => `row-${index}`);

const tooMany: Fault = { kind: 'status', status: 429, times: 1 };

const faults: Array<[string, Fault]> = [
	['a connection cut before the work', { kind: 'reset-before', times: 1 }],
	['a lost acknowledgement', { kind: 'reset-after', times: 1 }],
	...[500, 502, 503].map((status): [string, Fault] => [
		`${status}, the batch made`,
		{ kind: 'status', status, work: true, times: 1 },
	]),
	['429', tooMany],
	['429 with Retry-After', { ...tooMany, headers: { 'retry-after': '1' } }],
	['half an answer', { kind: 'truncated', times: 1 }],
	['an answer that is no JSON', { kind: 'not-json', times: 1 }],
	['a page of HTML', { kind: 'html-502', work: true, times: 1 }],
	['an error under 200', { kind: 'error-in-200', work: true, times: 1 }],
	['an answer without its id', { kind: 'missing-fields', fields: ['id'], times: 1 }],
	['slow work', { kind: 'slow-work', ms: 1_500, times: 1 }],
	['a slow answer', { kind: 'slow-headers', ms: 1_500, times: 1 }],
];

const operations = ['create', 'createAndWait'] as const;

describe.each(operations)('%s', (operation) => {
	describe.each([{}, RETRY_ON_FAIL])('with %j', (settings) => {
		describe.each([3, 250])('%i rows', (count) => {
			it.each(faults)('%s', async (_name, fault) => {
				const spending = await spend({ operation, count, settings, faults: [fault] });
				expectPaidOnce(spending, operation, count);
			});
		});
	});

	it('several faults in a row', async () => {
		const spending = await spend({
			operation,
			count: 3,
			faults: [
				{ kind: 'reset-after', times: 1 },
				{ kind: 'status', status: 503, work: true, times: 1 },
			],
		});
		expectPaidOnce(spending, operation, 3);
		expect(spending.keys).toHaveLength(3);
	});

	it('more faults than the node tries: n8n runs the node again', async () => {
		const spending = await spend({
			operation,
			count: 3,
			settings: RETRY_ON_FAIL,
			faults: [{ kind: 'reset-after', times: 6 }],
		});
		expectPaidOnce(spending, operation, 3);
		expect(spending.keys).toHaveLength(7);
	});

	it('the same request again while the first is worked on', async () => {
		const before = stage.emulator.requests.length;
		const spending = spend({
			operation,
			count: 3,
			faults: [{ kind: 'slow-work', ms: 2_000, times: 1 }],
		});
		const duplicate = await repeat(stage.emulator, await nextCreation(stage.emulator, before));
		const { batches, ...rest } = await spending;
		expect(duplicate).toMatchObject({ id: batches[0].id });
		expectPaidOnce({ batches, ...rest }, operation, 3);
	});
});

describe('a chunk that Runflow refuses', () => {
	const refuseSecond: Fault = {
		kind: 'status',
		status: 422,
		code: 'VALIDATION_ERROR',
		skip: 1,
		times: 1,
	};

	it.each(operations)('%s names the batches that exist', async (operation) => {
		const { execution, batches } = await spend({ operation, count: 250, faults: [refuseSecond] });
		expect(execution.status).toBe('error');
		const { description } = execution.data.resultData.error as unknown as { description: string };
		expect(batches).toHaveLength(2);
		for (const { id } of batches) expect(description).toContain(id);
	});

	it('comes back as errors in their places with Continue On Fail', async () => {
		const { execution, batches, charges } = await spend({
			operation: 'createAndWait',
			count: 250,
			settings: { onError: 'continueRegularOutput' },
			faults: [refuseSecond],
		});
		expect([batches.length, charges.length]).toEqual([2, 2]);
		const items = jsonOf(execution, 'Runflow');
		const made = new Set(batches.flatMap((batch) => batch.items.map(({ clientRef }) => clientRef)));
		for (const [index, item] of items.entries()) {
			if (made.has(`row-${index}`)) {
				expect(item).toMatchObject({ client_ref: `row-${index}` });
				expect(item.error ?? null).toBeNull();
			} else {
				expect(item).toMatchObject({ error: expect.any(String) });
			}
		}
	});

	it('is made up for by Retry On Fail, the others not made again', async () => {
		const spending = await spend({
			operation: 'createAndWait',
			count: 250,
			settings: RETRY_ON_FAIL,
			faults: [refuseSecond],
		});
		expectPaidOnce(spending, 'createAndWait', 250);
		expect(spending.keys).toHaveLength(4);
	});
});

describe('keys', () => {
	it('differ between executions', async () => {
		const { keys: first } = await spend({ operation: 'create', count: 3 });
		const { keys: second, batches } = await spend({ operation: 'create', count: 3 });
		expect(first).not.toEqual(second);
		expect(batches).toHaveLength(1);
	});

	it('differ between the rounds of a loop over equal rows', async () => {
		const earlier = stage.emulator.batches.size;
		const rows = manualRows(Array.from({ length: 3 }, () => rowsOf(['x'])[0]));
		const loop = node('Loop', 'splitInBatches', { batchSize: 1, options: {} }, { typeVersion: 3 });
		const file = workflow('Loop', [...rows, loop], [createAndWait(stage, { operation: 'create' })]);
		const to = (name: string) => [{ node: name, type: 'main' as const, index: 0 }];
		file.connections.Loop = { main: [[], to('Runflow')] };
		file.connections.Runflow = { main: [to('Loop')] };
		const execution = await run(stage, file);
		expect(execution.status).toBe('success');
		expect(stage.emulator.batches.size - earlier).toBe(3);
	});

	it('of the user give the same batch in two executions', async () => {
		const parameters = { options: { idempotencyKey: 'order-4711' } };
		const first = await spend({ operation: 'create', count: 250, parameters });
		const second = await spend({ operation: 'create', count: 250, parameters });
		expect(second.batches).toEqual([]);
		expect(second.charges).toEqual([]);
		expect(first.keys.toSorted()).toEqual(['order-4711', 'order-4711-2', 'order-4711-3']);
		expect(jsonOf(second.execution, 'Runflow')).toMatchObject(
			jsonOf(first.execution, 'Runflow').map(({ id }) => ({ id })),
		);
	});
});
