import { createHmac, randomUUID } from 'node:crypto';

import { itemsOf } from '../n8n/index.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { manualRows, node, workflow } from '../stage/workflow.ts';

let stage: Stage;

beforeAll(async () => {
	stage = await startStage();
}, 900_000);
afterAll(async () => await stage?.close());

/** Publishes a workflow that starts with a Runflow Trigger; returns its id and production URL. */
async function publishTrigger(parameters = {}, credentials = stage.credential, typeVersion = 2) {
	const webhookId = randomUUID();
	const { id } = await stage.n8n.createWorkflow(
		workflow(`Trigger ${webhookId}`, [
			node('Callback', 'n8n-nodes-runflow.runflowTrigger', parameters, {
				typeVersion,
				webhookId,
				credentials,
			}),
			node('Received', 'noOp'),
		]),
	);
	const refusal = await stage.n8n.activate(id);
	return { id, refusal, url: `${stage.n8n.url}/webhook/${webhookId}/runflow` };
}

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

async function post(url: string, body: Buffer | string, headers: Record<string, string> = {}) {
	return await fetch(url, {
		method: 'POST',
		body: Buffer.from(body),
		headers: { 'content-type': 'application/json', ...headers },
	});
}

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
			message: expect.stringContaining('does not accept this API key'),
		});
	});

	it('fails for a foreign organization', async () => {
		expect(await test({ organizationId: randomUUID() })).toEqual({
			status: 'Error',
			message: expect.stringContaining('Organization ID'),
		});
	});
});

describe('create, callback, trigger, workflow', () => {
	it('starts a workflow with the results of a batch', async () => {
		const trigger = await publishTrigger({ output: 'items' });
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
		const trigger = await publishTrigger();
		await createBatch(rows(texts), { callback: 'url', callbackUrl: trigger.url });
		const started = await stage.n8n.waitForExecution({ workflowId: trigger.id });
		expect(itemsOf(started, 'Received')).toMatchObject([{ json: { event } }]);
	});

	it('answers an event that is not selected with 200 and starts nothing', async () => {
		const trigger = await publishTrigger({ events: ['batch.failed'] });
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

describe('what is not from Runflow', () => {
	const payload = () =>
		JSON.stringify({
			event: 'batch.succeeded',
			batch_id: randomUUID(),
			status: 'succeeded',
			output: null,
			duration_ms: 1,
			created_at: '2026-05-06T10:00:00+00:00',
			completed_at: '2026-05-06T10:00:01+00:00',
			metadata: null,
		});
	const signed = (body: string, secret: string) => ({
		'Runflow-Signature': createHmac('sha256', secret).update(body).digest('hex'),
	});

	it('refuses bad signatures and bad bodies, and starts nothing', async () => {
		const trigger = await publishTrigger();
		const secret = stage.emulator.callbackSecret ?? '';
		const body = payload();
		const statuses = [
			await post(trigger.url, body),
			await post(trigger.url, body, signed(body, 'whsec_other')),
			await post(trigger.url, `${body} `, signed(body, secret)),
			await post(trigger.url, body, { 'Runflow-Signature': 'sha256=abc' }),
			await post(trigger.url, 'not json', {
				...signed('not json', secret),
				'content-type': 'text/plain',
			}),
			await post(trigger.url, '{}', signed('{}', secret)),
		].map(({ status }) => status);
		expect(statuses).toEqual([401, 401, 401, 401, 400, 400]);
		expect(await stage.n8n.executions(trigger.id)).toEqual([]);
	});

	it.each([1, 2])('starts version %d once, and answers its repeat with 200', async (version) => {
		const trigger = await publishTrigger({}, stage.credential, version);
		const body = payload();
		const headers = signed(body, stage.emulator.callbackSecret ?? '');
		expect((await post(trigger.url, body, headers)).status).toBe(200);
		expect((await post(trigger.url, body, headers)).status).toBe(200);
		await stage.n8n.waitForExecution({ workflowId: trigger.id });
		expect(await stage.n8n.executions(trigger.id)).toHaveLength(1);
	});

	it('accepts the previous secret while secrets are changed', async () => {
		const { id, name } = await stage.n8n.createCredential({
			name: 'Rotating',
			type: 'runflowApi',
			data: { apiKey: 'x', callbackSecret: 'whsec_new', previousCallbackSecret: 'whsec_old' },
		});
		const trigger = await publishTrigger({}, { runflowApi: { id, name } });
		const answers = [];
		for (const secret of ['whsec_new', 'whsec_old', 'whsec_older']) {
			const body = payload();
			answers.push((await post(trigger.url, body, signed(body, secret))).status);
		}
		expect(answers).toEqual([200, 200, 401]);
	});

	it('accepts a secret as soon as the credential has it', async () => {
		const type = 'runflowApi';
		const { id, name } = await stage.n8n.createCredential({
			name: 'Changing',
			type,
			data: { apiKey: 'x', callbackSecret: 'whsec_first' },
		});
		const trigger = await publishTrigger({}, { runflowApi: { id, name } });
		const deliver = async (secret: string) => {
			const body = payload();
			return (await post(trigger.url, body, signed(body, secret))).status;
		};
		expect([await deliver('whsec_first'), await deliver('whsec_second')]).toEqual([200, 401]);
		const data = { apiKey: 'x', callbackSecret: 'whsec_second' };
		await stage.n8n.rest('PATCH', `/credentials/${id}`, { name, type, data });
		expect(await deliver('whsec_second')).toBe(200);
	});

	it('refuses to be published without a secret, with advice', async () => {
		const { id, name } = await stage.n8n.createCredential({
			name: 'No secret',
			type: 'runflowApi',
			data: { apiKey: 'x', callbackSecret: ' ' },
		});
		const { refusal } = await publishTrigger({}, { runflowApi: { id, name } });
		expect(refusal).toContain('needs a Callback Secret');
	});
});

describe('asking the API instead of verifying', () => {
	const callback = (batch_id: string, status: string) =>
		JSON.stringify({ event: `batch.${status}`, batch_id, status, output: { items: 'forged' } });

	it('believes only the batch id', async () => {
		const trigger = await publishTrigger({ authenticity: 'api' });
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
		const trigger = await publishTrigger({ authenticity: 'api' });
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
