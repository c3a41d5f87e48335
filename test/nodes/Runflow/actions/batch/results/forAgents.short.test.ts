import type { IDataObject } from 'n8n-workflow';

import { batchForAgents } from '../../../../../../nodes/Runflow/actions/batch/results/forAgents.ts';
import { createBatch } from '../../../../../emulator/apiClient.ts';
import { startEmulator, type Emulator } from '../../../../../emulator/emulator.ts';
import { BATCH_ID } from '../../../../../fakes/callbacks.ts';
import { fakeClock } from '../../../../../fakes/clock.ts';
import { LONE_MODEL, runEmulated, someRun } from '../../../../../fakes/emulatedRun.ts';

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 0 });
});
afterEach(async () => await emulator.close());

/** Calls the node as a tool; what an agent reads. */
async function call(parameters: IDataObject): Promise<IDataObject[]> {
	const setup = { isTool: true, edition: { clock: fakeClock() } };
	return (await runEmulated(emulator, parameters, setup)).map(({ json }) => json);
}

const prompts = (count: number, change: object = {}) =>
	Array.from({ length: count }, (_, row) => ({ prompt: `row ${row}`, ...change }));
const creation = (rows: number, change: IDataObject = {}): IDataObject => ({
	resource: 'batch',
	operation: 'createAndWait',
	model: LONE_MODEL,
	inputMode: 'jsonArray',
	batchJson: prompts(rows),
	callback: 'none',
	waitFor: 'polling',
	timeout: 1,
	pollInterval: 0.001,
	options: {},
	...change,
});
const namesAll = (answer: IDataObject[], ids: Iterable<string>) => {
	const text = JSON.stringify(answer);
	return [...ids].every((id) => text.includes(id));
};

/** A batch that is finished, with its rows. */
async function finishedBatch(
	rows: Record<string, unknown>[],
): Promise<{ batchId: string; ids: string[] }> {
	const batchId = await createBatch(emulator, rows);
	await emulator.settled();
	const { items } = emulator.batches.get(batchId)!;
	return { batchId, ids: items.map(({ id }) => id) };
}

describe('an agent gets twenty rows at the most, and the IDs of what it paid for', () => {
	it('from Create and Wait with lone rows', async () => {
		const answer = await call(creation(25));
		expect(answer).toHaveLength(21);
		expect(answer[20].message).toMatch(
			/^25 of 25 rows succeeded, cost 2.50\. These are the first 20\. Read the others by the ID of their run: /,
		);
		expect(namesAll(answer, emulator.runs.keys())).toBe(true);
	});

	it('of work that is not finished in time', async () => {
		emulator.faults.add({
			on: /^GET \/v1\/runs\//,
			kind: 'status',
			status: 200,
			body: { id: BATCH_ID, status_code: 'running' },
			times: Infinity,
		});
		const answer = await call(creation(60));
		expect(answer).toHaveLength(21);
		expect(answer[20].message).toContain('still working on some of the 60');
		expect(namesAll(answer, emulator.runs.keys())).toBe(true);
	});

	it('from Create with lone rows', async () => {
		const answer = await call(creation(60, { operation: 'create' }));
		expect(answer).toHaveLength(21);
		expect(answer[0]).toEqual({ run_id: expect.any(String), status_code: 'queued' });
		expect(answer[20].message).toMatch(/^60 of 60 were created\. These are the first 20\./);
		expect(namesAll(answer, emulator.runs.keys())).toBe(true);
	});

	it('from Batch Item > Get Many', async () => {
		const { batchId, ids } = await finishedBatch(prompts(60));
		const answer = await call({
			resource: 'batchItem',
			operation: 'getAll',
			batchId,
			returnAll: true,
		});
		expect(answer).toHaveLength(21);
		expect(answer[20].message).toMatch(/^60 of 60 rows succeeded.* Read the others by ID: /);
		expect(namesAll(answer, ids.slice(20))).toBe(true);
	});

	it('from Run > Get Many', async () => {
		await call(creation(25));
		const answer = await call({ operation: 'getAll', returnAll: true });
		expect(answer).toHaveLength(21);
		expect(namesAll(answer, emulator.runs.keys())).toBe(true);
	});
});

describe('an agent reads links and states instead of whole inputs and outputs', () => {
	it('from Create: the batch', async () => {
		const model = { mode: 'id', value: 'acme/undeclared' };
		const answer = await call(creation(3, { operation: 'create', model }));
		const [batch_id] = emulator.batches.keys();
		expect(answer).toEqual([{ batch_id, status_code: 'queued', items_total: 3 }]);
	});

	it('from Batch > Get: how far it is, and how its rows are read', async () => {
		const { batchId, ids } = await finishedBatch(prompts(2, { big: 'x'.repeat(10_000) }));
		const [answer] = await call({
			resource: 'batch',
			operation: 'get',
			batchId,
			simplify: false,
		});
		expect(answer).toMatchObject({ batch_id: batchId, status_code: 'succeeded', items_total: 2 });
		expect(answer.items).toEqual(ids.map((id) => ({ id, status_code: 'succeeded' })));
		const waited = await call({
			...creation(0),
			operation: 'wait',
			batchId,
			output: 'batch',
		});
		expect(waited).toEqual([answer]);
	});

	it('from Batch Item > Get', async () => {
		const { batchId, ids } = await finishedBatch(prompts(1, { big: 'x'.repeat(10_000) }));
		const answer = await call({
			resource: 'batchItem',
			operation: 'get',
			batchId,
			itemId: ids[0],
		});
		expect(answer).toEqual([
			{
				status_code: 'succeeded',
				urls: [expect.any(String)],
				cost: expect.any(String),
				batch_id: batchId,
			},
		]);
	});

	it.each([true, false])('from Run > Get Many, simplified: %s', async (simplify) => {
		const run_id = await someRun(emulator);
		const answer = await call({ operation: 'getAll', returnAll: true, simplify });
		expect(answer).toEqual([
			{ status_code: 'succeeded', urls: [expect.any(String)], cost: '0.10', run_id },
		]);
	});
});

describe('one row is short', () => {
	const read = async (body: IDataObject) => {
		emulator.faults.add({
			on: /^GET \/v1\/runs\//,
			kind: 'status',
			status: 200,
			body: { id: BATCH_ID, ...body },
			times: 1,
		});
		return (await call({ operation: 'get', runId: BATCH_ID }))[0];
	};

	it('whatever its error', async () => {
		const failure_message = 'x'.repeat(100_000);
		const { error } = await read({ status_code: 'failed', failure_message });
		expect(error).toHaveLength(501);
	});

	it('however many links it has, none of which is cut', async () => {
		const image_urls = [
			`https://f.test/${'s'.repeat(5_000)}`,
			...Array.from({ length: 5_000 }, (_, file) => `https://f.test/${file}.png`),
		];
		const answer = await read({ status_code: 'succeeded', output: { image_urls } });
		expect(answer).toEqual({
			status_code: 'succeeded',
			urls: image_urls.slice(1, 11),
			urls_left_out: 4_991,
			run_id: BATCH_ID,
		});
	});

	it('where it is the failure of a batch', () => {
		const batch = { id: 'b-1', status_code: 'failed', failure_message: 'x'.repeat(100_000) };
		expect(JSON.stringify(batchForAgents(batch)).length).toBeLessThan(1_000);
	});
});
