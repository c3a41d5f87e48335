import { BATCH_ID, callbackBody } from '../../../fakes/callbacks.ts';
import { runflow, withoutNetwork } from '../../../fakes/network.ts';
import { receiveCallback, signed } from '../../../fakes/receiveRun.ts';
import { finishAsN8n, webhookContext } from '../../../fakes/webhookContext.ts';

withoutNetwork();

let workflows = 0;
/** Repeats are remembered per workflow and process, so every test has a workflow of its own. */
const ownWorkflow = () => `workflow-${++workflows}-of-repeats`;

describe('Runflow Trigger: repeats', () => {
	const DELIVERIES = `/v1/batches/${BATCH_ID}/callback`;
	const answerDeliveries = (deliveries: object[]) =>
		runflow().get(DELIVERIES).reply(200, deliveries);

	it('are answered 200 and start nothing', async () => {
		const workflowId = ownWorkflow();
		const first = await receiveCallback({ body: callbackBody(), workflowId });
		answerDeliveries([{ id: 'd1', is_automatic: true, completed_at: null }]);
		const second = await receiveCallback({ body: callbackBody(), workflowId });
		expect([first.started?.length, second.status, second.started]).toEqual([1, 200, undefined]);
	});

	it('start the workflow when somebody asked Runflow for them, once for each delivery', async () => {
		const setup = { body: callbackBody(), workflowId: ownWorkflow() };
		await receiveCallback(setup);
		const automatic = { id: 'd1', is_automatic: true, completed_at: 'then' };
		for (const [id, started] of [
			['d2', 1],
			['d2', undefined],
			['d3', 1],
		]) {
			answerDeliveries([{ id, is_automatic: false, completed_at: null }, automatic]);
			expect((await receiveCallback(setup)).started?.length).toBe(started);
		}
	});

	it('are dropped when a delivery that was asked for is over, or that cannot be read', async () => {
		const setup = { body: callbackBody(), workflowId: ownWorkflow() };
		await receiveCallback(setup);
		answerDeliveries([{ id: 'd2', is_automatic: false, completed_at: 'then' }]);
		expect((await receiveCallback(setup)).started).toBeUndefined();
		runflow().get(DELIVERIES).reply(403, {});
		expect(await receiveCallback(setup)).toMatchObject({ status: 200, started: undefined });
	});

	it('are not callbacks with other content, of another workflow or at another node', async () => {
		const workflowId = ownWorkflow();
		const body = callbackBody();
		await receiveCallback({ body, workflowId });
		for (const setup of [
			{ body: callbackBody({ metadata: { order: 2 } }), workflowId },
			{ body, workflowId: ownWorkflow() },
			{ body, workflowId, nodeId: 'another-node' },
		]) {
			expect((await receiveCallback(setup)).started).toHaveLength(1);
		}
	});

	it('start the workflow again when they are not to be ignored, and while building', async () => {
		const workflowId = ownWorkflow();
		const body = callbackBody();
		const parameters = { options: { ignoreRepeats: false } };
		for (let round = 0; round < 2; round++) {
			expect((await receiveCallback({ body, workflowId, parameters })).started).toHaveLength(1);
			expect((await receiveCallback({ body, workflowId, mode: 'manual' })).started).toHaveLength(1);
		}
	});

	it('are let through when the first answer never reached Runflow', async () => {
		const setup = { body: callbackBody(), workflowId: ownWorkflow() };
		await receiveCallback({ ...setup, delivered: false });
		expect((await receiveCallback(setup)).started).toHaveLength(1);
		answerDeliveries([]);
		expect((await receiveCallback(setup)).started).toBeUndefined();
	});

	it('are let through when n8n itself answered the first with an error', async () => {
		const body = callbackBody();
		const workflowId = ownWorkflow();
		const { context, response } = webhookContext({ body, headers: signed(body), workflowId });
		const { RunflowTrigger } = await import('../../../../nodes/Runflow/RunflowTrigger.node.ts');
		finishAsN8n(response, await new RunflowTrigger().webhook.call(context));
		response.status(500).close(true);
		expect((await receiveCallback({ body, workflowId })).started).toHaveLength(1);
	});

	it('are no matter for a callback that was not selected or not genuine', async () => {
		const setup = { body: callbackBody(), workflowId: ownWorkflow() };
		await receiveCallback({ ...setup, parameters: { events: ['batch.failed'] } });
		await receiveCallback({ ...setup, headers: {} });
		expect((await receiveCallback(setup)).started).toHaveLength(1);
	});
});
