import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { jsonOf, rowsOf, run } from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { manualRows, node, workflow } from '../stage/workflow.ts';

let stage: Stage;

beforeAll(async () => {
	stage = await startStage({ emulator: { retryDelaysMs: [50, 50] } });
}, 900_000);
afterAll(async () => await stage?.close());

/** Runs one operation over items that the given rows make. */
async function operate(rows: object[], parameters: object, settings = {}) {
	const runflow = node(
		'Runflow',
		'n8n-nodes-runflow.runflow',
		{ ...parameters },
		{
			credentials: stage.credential,
			...settings,
		},
	);
	return await run(stage, workflow('Operation', [...manualRows(rows), runflow]));
}

/** A batch made through the node; returns its id. */
async function createBatch(texts: string[], callbackUrl?: string): Promise<string> {
	const execution = await operate(rowsOf(texts), {
		resource: 'batch',
		operation: 'create',
		model: { __rl: true, mode: 'id', value: 'runflow/background-removal' },
		inputMode: 'jsonPerItem',
		itemJson: '={{ $json }}',
		...(callbackUrl ? { callback: 'url', callbackUrl } : {}),
	});
	return String(jsonOf(execution, 'Runflow')[0].id);
}

const batchId = '={{ $json.batch_id }}';

describe('a workflow that was switched off when the callback came', () => {
	it('is started by a redelivery once it is back', async () => {
		const webhookId = randomUUID();
		const trigger = await stage.n8n.createWorkflow(
			workflow('Trigger', [
				node(
					'Callback',
					'n8n-nodes-runflow.runflowTrigger',
					{},
					{ typeVersion: 2, webhookId, credentials: stage.credential },
				),
			]),
		);
		const id = await createBatch(['x'], `${stage.n8n.url}/webhook/${webhookId}/runflow`);
		await stage.emulator.settled();
		const failed = await operate([{ batch_id: id }], {
			resource: 'callbackDelivery',
			operation: 'getAll',
			batchId,
			filters: { outcome: ['failed'] },
		});
		expect(jsonOf(failed, 'Runflow')).toMatchObject([
			{ batch_id: id, outcome: 'failed', attempts: [{}, {}, {}] },
		]);
		expect(await stage.n8n.activate(trigger.id)).toBeUndefined();
		const redelivery = await operate([{ batch_id: id }], {
			resource: 'callbackDelivery',
			operation: 'redeliver',
			batchId,
		});
		expect(jsonOf(redelivery, 'Runflow')).toMatchObject([{ batch_id: id, redelivered: true }]);
		const started = await stage.n8n.waitForExecution({ workflowId: trigger.id });
		expect(jsonOf(started, 'Callback')).toMatchObject([{ batch_id: id }]);
	});
});

describe('a redelivery while another is on its way', () => {
	const redeliver =
		(onConflict: string, settings = {}) =>
		async (id: string) =>
			await operate(
				[{ batch_id: id }],
				{ resource: 'callbackDelivery', operation: 'redeliver', batchId, onConflict },
				settings,
			);
	const unreachable = async () => {
		stage.emulator.callbackFaults.add({ kind: 'delay', ms: 4_000, times: 1 });
		const id = await createBatch(['x'], `${stage.n8n.url}/webhook/nobody`);
		// Its delivery is under way from the moment it is finished.
		while (stage.emulator.deliveries(id).length === 0) await sleep(20);
		return id;
	};
	afterEach(() => stage.emulator.callbackFaults.clear());

	it('is an error with advice', async () => {
		const execution = await redeliver('error')(await unreachable());
		expect(execution.data.resultData.error).toMatchObject({
			message: 'A delivery of this batch is already on its way',
			description: expect.stringContaining('Ignore'),
		});
	});

	it('is no error when conflicts are ignored', async () => {
		const execution = await redeliver('ignore')(await unreachable());
		expect(jsonOf(execution, 'Runflow')).toMatchObject([
			{ redelivered: false, reason: 'conflict' },
		]);
	});
});

describe('reading', () => {
	it('gets a batch, simplified and whole', async () => {
		const id = await createBatch(['x', '[fail]']);
		await stage.emulator.settled();
		const get = { resource: 'batch', operation: 'get', batchId };
		const simple = await operate([{ batch_id: id }], get);
		const whole = await operate([{ batch_id: id }], { ...get, simplify: false });
		expect(jsonOf(simple, 'Runflow')).toMatchObject([
			{ id, status_code: 'partial_succeeded', items_total: 2, cost: expect.any(String) },
		]);
		expect(Object.keys(jsonOf(simple, 'Runflow')[0]).length).toBeLessThanOrEqual(11);
		expect(jsonOf(whole, 'Runflow')[0]).toHaveProperty('target_type_code');
	});

	it('lists the items of a batch over several pages, and gets one', async () => {
		const id = await createBatch(Array.from({ length: 100 }, () => 'x'));
		for (const cursorStyle of ['next', 'next_pq', 'url'] as const) {
			stage.emulator.settings.cursorStyle = cursorStyle;
			const all = await operate([{ batch_id: id }], {
				resource: 'batchItem',
				operation: 'getAll',
				batchId,
				returnAll: true,
			});
			expect(jsonOf(all, 'Runflow').map(({ sequence_index }) => sequence_index)).toEqual(
				Array.from({ length: 100 }, (_, index) => index),
			);
		}
		const some = await operate([{ batch_id: id }], {
			resource: 'batchItem',
			operation: 'getAll',
			batchId,
			limit: 3,
		});
		const [first, ...others] = jsonOf(some, 'Runflow');
		expect(others).toHaveLength(2);
		const one = await operate([{ batch_id: id, item_id: first.id }], {
			resource: 'batchItem',
			operation: 'get',
			batchId,
			itemId: '={{ $json.item_id }}',
		});
		expect(jsonOf(one, 'Runflow')).toMatchObject([{ id: first.id, batch_id: id }]);
	});

	it('goes on past a bad item and an unknown batch, each with its own error', async () => {
		const id = await createBatch(['x']);
		const execution = await operate(
			[{ batch_id: 'nonsense' }, { batch_id: id }, { batch_id: randomUUID() }],
			{ resource: 'batch', operation: 'get', batchId },
			{ onError: 'continueRegularOutput' },
		);
		expect(jsonOf(execution, 'Runflow')).toMatchObject([
			{ error: expect.stringContaining("'Batch ID' of item 0 must be a UUID") },
			{ id },
			{ error: expect.stringContaining('does not know') },
		]);
	});
});

describe('changing the signing secret', () => {
	it('creates a secret, shows it once, and makes it current', async () => {
		const created = await operate([{}], {
			resource: 'callbackSecret',
			operation: 'create',
			label: 'n8n',
		});
		const [{ id, plain_secret, is_current }] = jsonOf(created, 'Runflow');
		expect([is_current, plain_secret]).toEqual([false, expect.stringMatching(/^whsec_/)]);
		const secretId = String(id);
		const promoted = await operate([{}], {
			resource: 'callbackSecret',
			operation: 'update',
			secretId,
			updateFields: { makeCurrent: true, label: 'n8n now' },
		});
		const read = await operate([{}], { resource: 'callbackSecret', operation: 'get', secretId });
		for (const execution of [promoted, read]) {
			const [secret] = jsonOf(execution, 'Runflow');
			expect(secret).toMatchObject({ id, is_current: true, label: 'n8n now' });
			expect(secret).not.toHaveProperty('plain_secret');
		}
		expect(stage.emulator.callbackSecret).toBe(plain_secret);
	});
});
