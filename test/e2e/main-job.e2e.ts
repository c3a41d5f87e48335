import { randomUUID } from 'node:crypto';

import { itemsOf } from '../n8n/index.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { post, publishTrigger } from '../stage/trigger.ts';
import { manualRows, node, workflow } from '../stage/workflow.ts';

let stage: Stage;

beforeAll(async () => {
	stage = await startStage();
}, 900_000);
afterAll(async () => await stage?.close());

/** Runs Batch > Create over rows, in real n8n; returns the execution. */
async function createBatch(rows: object[], parameters = {}) {
	const { id } = await stage.n8n.createWorkflow(
		workflow(`Create ${randomUUID()}`, [
			...manualRows(rows),
			node(
				'Runflow',
				'n8n-nodes-runflow.runflow',
				{
					resource: 'batch',
					operation: 'create',
					model: { __rl: true, mode: 'id', value: 'runflow/background-removal' },
					inputMode: 'jsonPerItem',
					itemJson: '={{ $json }}',
					...parameters,
				},
				{ credentials: stage.credential },
			),
		]),
	);
	const { executionId } = await stage.n8n.runWorkflow(id);
	const execution = await stage.n8n.waitForExecution({ id: executionId });
	expect(execution.data.resultData.error).toBeUndefined();
	return execution;
}

const rows = (texts: string[]) =>
	texts.map((text, index) => ({
		image_url: `https://example.com/${index}.png?${text}`,
		client_ref: `row-${index}`,
	}));

describe('credential test', () => {
	const test = async (changes: object) =>
		await stage.n8n.testCredential({
			type: 'runflowApi',
			data: { apiKey: stage.emulator.apiKey, baseUrl: stage.emulator.url, ...changes },
		});

	it('passes for a good key', async () => {
		expect(await test({})).toMatchObject({ status: 'OK' });
	});

	it('passes for the own organization and a base URL that ends with a slash', async () => {
		const { organizationId, url } = stage.emulator;
		expect(await test({ organizationId, baseUrl: `${url}/` })).toMatchObject({ status: 'OK' });
	});

	it('fails for a wrong key, saying so', async () => {
		expect(await test({ apiKey: 'rf_live_wrong' })).toEqual({
			status: 'Error',
			message: expect.stringMatching(/does not accept this API Key|Authorization failed/),
		});
	});

	it('fails for a foreign organization', async () => {
		expect(await test({ organizationId: randomUUID() })).toEqual({
			status: 'Error',
			message: expect.stringMatching(/Organization ID|Forbidden/),
		});
	});
});

describe('create, callback, trigger, workflow', () => {
	it('starts a workflow with the results of a batch', async () => {
		const trigger = await publishTrigger(stage, { output: 'items' });
		expect(trigger.refusal).toBeUndefined();
		const creation = await createBatch(rows(['a', '[fail]', 'c']), {
			callback: 'url',
			callbackUrl: trigger.url,
			options: { metadata: '{ "order": 4711 }' },
		});
		expect(creation.status).toBe('success');
		const [created] = itemsOf(creation, 'Runflow');
		expect(created.json).toMatchObject({ items_total: 3, metadata: { order: 4711 } });
		expect(created.pairedItem).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);

		const started = await stage.n8n.waitForExecution({ workflowId: trigger.id });
		expect(started.status).toBe('success');
		const items = itemsOf(started, 'Received').map(({ json }) => json);
		expect(items).toMatchObject([
			{
				batch_id: created.json.id,
				sequence_index: 0,
				client_ref: 'row-0',
				status_code: 'succeeded',
			},
			{ batch_id: created.json.id, sequence_index: 1, client_ref: 'row-1', status_code: 'failed' },
			{
				batch_id: created.json.id,
				sequence_index: 2,
				client_ref: 'row-2',
				status_code: 'succeeded',
			},
		]);
		expect(items[1].error).toBeTruthy();
		expect(items[0]).toMatchObject({ event: 'batch.partial_succeeded', metadata: { order: 4711 } });
	});

	it.each([
		['batch.succeeded', ['a', 'b']],
		['batch.failed', ['[fail]', '[fail]']],
		['batch.cancelled', ['[cancel]', '[cancel]']],
		['batch.partial_succeeded', ['a', '[fail]']],
	])('reports %s', async (event, texts) => {
		const trigger = await publishTrigger(stage);
		await createBatch(rows(texts), { callback: 'url', callbackUrl: trigger.url });
		const started = await stage.n8n.waitForExecution({ workflowId: trigger.id });
		expect(itemsOf(started, 'Received')).toMatchObject([{ json: { event } }]);
	});

	it('answers an event that is not selected with 200 and starts nothing', async () => {
		const trigger = await publishTrigger(stage, { events: ['batch.failed'] });
		const creation = await createBatch(rows(['a']), { callback: 'url', callbackUrl: trigger.url });
		await stage.emulator.settled();
		const [delivery] = stage.emulator.deliveries(String(itemsOf(creation, 'Runflow')[0].json.id));
		expect(delivery).toMatchObject({ status_code: 'succeeded', attempt_count: 1 });
		expect(await stage.n8n.executions(trigger.id)).toEqual([]);
	});

	it('makes several batches of more than 100 rows', async () => {
		const creation = await createBatch(rows(Array.from({ length: 101 }, () => 'x')));
		const items = itemsOf(creation, 'Runflow');
		expect(items.map(({ json }) => json.items_total)).toEqual([100, 1]);
		expect(items[1].pairedItem).toEqual([{ item: 100 }]);
	});
});

describe('asking the API instead of verifying', () => {
	const callback = (batch_id: string, status: string) =>
		JSON.stringify({ event: `batch.${status}`, batch_id, status, output: { items: 'forged' } });

	it('believes only the batch id', async () => {
		const trigger = await publishTrigger(stage, { authenticity: 'api' });
		const creation = await createBatch(rows(['a', 'b']));
		const batchId = String(itemsOf(creation, 'Runflow')[0].json.id);
		await stage.emulator.settled();
		expect((await post(trigger.url, callback(batchId, 'failed'))).status).toBe(200);
		const started = await stage.n8n.waitForExecution({ workflowId: trigger.id });
		expect(itemsOf(started, 'Received')).toMatchObject([
			{ json: { event: 'batch.succeeded', batch_id: batchId, output: { total: 2 } } },
		]);
	});

	it('refuses a batch that Runflow does not know, and one that is not finished', async () => {
		const trigger = await publishTrigger(stage, { authenticity: 'api' });
		stage.emulator.holdBatches();
		const creation = await createBatch(rows(['a']));
		const batchId = String(itemsOf(creation, 'Runflow')[0].json.id);
		const unfinished = await post(trigger.url, callback(batchId, 'succeeded'));
		stage.emulator.release();
		const unknown = await post(trigger.url, callback(randomUUID(), 'succeeded'));
		expect([unfinished.status, unknown.status]).toEqual([503, 403]);
		expect(await stage.n8n.executions(trigger.id)).toEqual([]);
	});
});
