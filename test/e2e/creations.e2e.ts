import { randomUUID } from 'node:crypto';

import { packPackage, startN8n } from '../n8n/index.ts';
import { eventually } from '../stage/eventually.ts';
import { isCreation } from '../stage/creations.ts';
import { numberedCreation, numberedRows, outputProblems } from '../stage/numberedRows.ts';
import { batchesSince, createAndWait, jsonOf, rowsOf, run, start } from '../stage/runs.ts';
import { root, startStage, type Stage } from '../stage/stage.ts';
import { manualRows, workflow } from '../stage/workflow.ts';

let stage: Stage;

beforeAll(async () => {
	stage = await startStage();
}, 900_000);
afterAll(async () => await stage?.close());

describe('two n8n of one organization', () => {
	// The first executions of both, so that their ids are the same.
	it('have batches of their own for the same workflow and execution id', async () => {
		const other = await startN8n({ tarball: await packPackage(root, () => {}) });
		try {
			const { emulator } = stage;
			const { id, name } = await other.createCredential({
				name: 'Runflow (emulator)',
				type: 'runflowApi',
				data: { apiKey: emulator.apiKey, baseUrl: emulator.url, callbackSecret: '' },
			});
			const there: Stage = { ...stage, n8n: other, credential: { runflowApi: { id, name } } };
			const file = workflow('Same file', [
				...manualRows(numberedRows(3)),
				numberedCreation(stage, 'constant', { operation: 'create' }),
			]);
			file.id = randomUUID().replaceAll('-', '').slice(0, 16);
			const elsewhere = structuredClone(file);
			elsewhere.nodes.at(-1)!.credentials = there.credential;
			const executions = [await run(stage, file), await run(there, elsewhere)];
			const [here, away] = executions;
			expect(away.id).toBe(here.id);
			// n8n before 2.4 gives a workflow an id of its own.
			if (here.workflowId === file.id) expect(away.workflowId).toBe(file.id);
			for (const execution of executions) {
				expect(outputProblems(stage, execution, 'create', 3)).toEqual([]);
			}
			const [[first], [second]] = executions.map((each) => jsonOf(each, 'Runflow'));
			expect(second.id).not.toBe(first.id);
			expect(emulator.batches.size).toBe(2);
		} finally {
			await other.stop();
		}
	});
});

describe('a node with a name that JavaScript knows', () => {
	it.each(['constructor', 'prototype', 'toString', 'valueOf'])('comes back: %s', async (name) => {
		const runflow = { ...createAndWait(stage), name };
		const file = workflow('Names', [...manualRows(rowsOf(['x', 'x'])), runflow]);
		const execution = await run(stage, file);
		expect(execution.status).toBe('success');
		expect(jsonOf(execution, name).map(({ client_ref }) => client_ref)).toEqual(['row-0', 'row-1']);
	});
});

describe("a person's own Idempotency Keys in JSON Array", () => {
	const orders = (...names: string[]) =>
		names.map((name) => ({
			key: `order-${name}`,
			batch: [{ image_url: `https://example.com/${name}.png`, client_ref: name }],
		}));
	const file = (rows: object[]) =>
		workflow('Orders', [
			...manualRows(rows),
			createAndWait(stage, {
				operation: 'create',
				inputMode: 'jsonArray',
				batchJson: '={{ JSON.stringify($json.batch) }}',
				options: { idempotencyKey: '={{ $json.key }}' },
			}),
		]);

	it('stand as they are, and give an item alone the same batch', async () => {
		const { emulator } = stage;
		const before = emulator.requests.length;
		const both = await run(stage, file(orders('A', 'B')));
		const alone = await run(stage, file(orders('B')));
		const keys = emulator.requests
			.slice(before)
			.filter(isCreation)
			.map(({ headers }) => headers['idempotency-key']);
		expect(keys.toSorted()).toEqual(['order-A', 'order-B', 'order-B']);
		const [, ofBoth] = jsonOf(both, 'Runflow');
		expect(jsonOf(alone, 'Runflow').map(({ id }) => id)).toEqual([ofBoth.id]);
	});
});

describe("callbacks above n8n's limit of 16 MiB", () => {
	afterEach(() => stage.emulator.release());

	/** Rows by callback whose inputs weigh so many MiB. */
	const heavy = (...mebibytes: number[]) =>
		workflow('Large', [
			...manualRows(numberedRows(mebibytes.length, (row) => ({ mebibytes: mebibytes[row] }))),
			numberedCreation(stage, 'constant', {
				operation: 'createAndWait',
				waitFor: 'callback',
				itemJson:
					"={{ Object.assign({}, $json, { filler: 'x'.repeat($json.mebibytes * 1024 * 1024) }) }}",
			}),
		]);
	const shapeOf = (earlier: number) =>
		batchesSince(stage, earlier)
			.map(({ items, callbackUrl }) => [items.map(({ input }) => input.row), callbackUrl !== null])
			.toSorted((a, b) => String(a).localeCompare(String(b)));

	it('are avoided by smaller batches, each of which resumes', async () => {
		const { emulator, n8n } = stage;
		const earlier = emulator.batches.size;
		emulator.holdBatches();
		const { executionId } = await start(stage, heavy(5, 5, 5));
		await n8n.waitForExecution({ id: executionId, status: 'waiting' });
		expect(shapeOf(earlier)).toEqual([
			[[0, 1], true],
			[[2], true],
		]);
		// One after the other: once the execution has ended, n8n takes no further callback for it.
		for (const { id } of batchesSince(stage, earlier)) {
			emulator.finish(id);
			await eventually(
				() => emulator.deliveries(id).map(({ status_code }) => status_code),
				([status]) => status === 'succeeded',
			);
		}
		const execution = await n8n.waitForExecution({ id: executionId });
		expect(execution.data.resultData.error?.message).toBeUndefined();
		expect(outputProblems(stage, execution, 'createAndWait', 3)).toEqual([]);
	});

	it('are not asked for where a single row is too large: its batch is polled', async () => {
		const earlier = stage.emulator.batches.size;
		const execution = await run(stage, heavy(5, 17, 5), 90_000);
		expect(execution.data.resultData.error?.message).toBeUndefined();
		expect(outputProblems(stage, execution, 'createAndWait', 3)).toEqual([]);
		expect(shapeOf(earlier)).toEqual([
			[[0], true],
			[[1], false],
			[[2], true],
		]);
	});
});
