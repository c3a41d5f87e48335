import fc from 'fast-check';

import { BATCH_ID, callbackBody, callbackPayload } from '../../../fakes/callbacks.ts';
import { runflow, withoutNetwork } from '../../../fakes/network.ts';
import { CALLBACK_SECRET, credential, PREVIOUS_SECRET } from '../../../fakes/node.ts';
import { receiveCallback, signed } from '../../../fakes/receiveRun.ts';
import { finishAsN8n, webhookContext } from '../../../fakes/webhookContext.ts';

withoutNetwork();

let workflows = 0;
/** Repeats are remembered per workflow and process, so every test has a workflow of its own. */
const ownWorkflow = () => `workflow-${++workflows}-of-receive`;

describe('Runflow Trigger: a genuine callback', () => {
	it('is answered 200 and starts the workflow with what it says', async () => {
		const { status, answer, started, warnings } = await receiveCallback({
			body: callbackBody(),
			workflowId: ownWorkflow(),
		});
		expect([status, answer.received, warnings]).toEqual([200, true, []]);
		expect(started).toEqual([{ json: callbackPayload() }]);
	});

	it('starts it with one item per row when told to', async () => {
		const { started } = await receiveCallback({
			body: callbackBody(),
			parameters: { output: 'items' },
			workflowId: ownWorkflow(),
		});
		expect(started?.map(({ json }) => json.sequence_index)).toEqual([0, 1]);
	});

	it('is accepted with the previous secret too', async () => {
		const body = callbackBody();
		const { status, started } = await receiveCallback({
			body,
			headers: signed(body, PREVIOUS_SECRET),
			workflowId: ownWorkflow(),
		});
		expect([status, started?.length]).toEqual([200, 1]);
	});

	it('is read by the node where n8n has not read it', async () => {
		const { status, started } = await receiveCallback({
			body: callbackBody(),
			bodyIsRead: false,
			workflowId: ownWorkflow(),
		});
		expect([status, started?.length]).toEqual([200, 1]);
	});

	it('is answered 200 and starts nothing when its event is not selected', async () => {
		const { status, answer, started, notes } = await receiveCallback({
			body: callbackBody(),
			parameters: { events: ['batch.succeeded'] },
			workflowId: ownWorkflow(),
		});
		expect([status, answer.received, started]).toEqual([200, true, undefined]);
		expect(notes).toEqual([
			expect.stringMatching(/started nothing: The event is not selected \(batch\.\w+\)/),
		]);
	});

	it('starts the workflow whatever its event when all outcomes are selected', async () => {
		const { started, notes } = await receiveCallback({
			body: callbackBody(),
			parameters: { events: ['*'] },
			workflowId: ownWorkflow(),
		});
		expect([started?.length, notes]).toEqual([1, []]);
	});

	it('starts nothing when no event is selected', async () => {
		const setup = { body: callbackBody(), parameters: { events: [] }, workflowId: ownWorkflow() };
		expect(await receiveCallback(setup)).toMatchObject({ status: 200, started: undefined });
	});
});

describe('Runflow Trigger: what it refuses', () => {
	const body = callbackBody();
	const other = callbackBody({ metadata: { order: 1 } });
	const header = (value: unknown) => ({ 'runflow-signature': value }) as Record<string, string>;

	it.each<[string, Record<string, string>, RegExp]>([
		['no signature', {}, /no Runflow-Signature header/],
		['an empty signature', header(''), /no Runflow-Signature header/],
		['the signature of another body', signed(other), /not made with a known/],
		['the signature of a stranger', signed(body, 'whsec_stranger'), /not made with a known/],
		['a prefixed signature', header(`sha256=${signed(body)['runflow-signature']}`), /64/],
		['two signatures', header([signed(body)['runflow-signature'], 'x']), /64/],
		['upper case', header(signed(body)['runflow-signature'].toUpperCase()), /64/],
		['a signature elsewhere', { signature: signed(body)['runflow-signature'] }, /no Runflow/],
	])('answers 401 to %s', async (_, headers, fault) => {
		const { status, answer, started, warnings } = await receiveCallback({ body, headers });
		expect([status, answer.received, started]).toEqual([401, false, undefined]);
		expect(answer.message).toMatch(fault);
		expect(warnings).toHaveLength(1);
	});

	it.each<[string, Buffer]>([
		['no JSON', Buffer.from('hello')],
		['an empty body', Buffer.alloc(0)],
		['bytes that are no UTF-8', Buffer.from(callbackBody({ spare: 'ÿ' }).toString(), 'latin1')],
		['another shape', Buffer.from('{"hello": 1}')],
		['an array', Buffer.from('[]')],
		['a run callback', callbackBody({ event: 'run.completed' })],
		['a batch id that is no UUID', callbackBody({ batch_id: '../auth/me' })],
		['an event that denies the status', callbackBody({ event: 'batch.failed' })],
	])('answers 400 to %s, though signed', async (_, signedBody) => {
		const { status, answer, started } = await receiveCallback({ body: signedBody });
		expect([status, answer.received, started]).toEqual([400, false, undefined]);
	});

	it('answers 401 to what is neither signed nor a callback', async () => {
		const { status } = await receiveCallback({ body: Buffer.from('hello'), headers: {} });
		expect(status).toBe(401);
	});

	it('answers 400 to a form, of which there are no bytes to verify', async () => {
		expect(await receiveCallback({})).toMatchObject({ status: 400, started: undefined });
		expect(await receiveCallback({ bodyIsRead: false })).toMatchObject({ status: 400 });
	});

	it('answers 401 to everything when the credential holds no secret', async () => {
		const blank = { ...credential, callbackSecret: ' ', previousCallbackSecret: '' };
		for (const headers of [signed(body), signed(body, ''), signed(body, ' '), {}]) {
			const { status, started } = await receiveCallback({ body, headers, credential: blank });
			expect([status, started]).toEqual([401, undefined]);
		}
	});

	it('answers 503, so that Runflow delivers again, when n8n cannot read the credential', async () => {
		const { status, started } = await receiveCallback({
			body,
			credential: () => {
				throw new Error('no such credential');
			},
		});
		expect([status, started]).toEqual([503, undefined]);
	});

	it('puts neither secrets nor the body into the answer or the log', async () => {
		const secretive = callbackBody({ metadata: { marker: 'IN-THE-BODY' } });
		for (const headers of [{}, header('x'), signed(other)]) {
			const { answer, warnings } = await receiveCallback({ body: secretive, headers });
			const shown = JSON.stringify([answer, warnings]);
			for (const hidden of [CALLBACK_SECRET, PREVIOUS_SECRET, 'IN-THE-BODY']) {
				expect(shown).not.toContain(hidden);
			}
		}
	});

	it('never throws, never starts and always answers once, whatever comes unsigned', async () => {
		const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
		const values = fc.oneof(fc.string(), fc.array(fc.string()), fc.constant(undefined));
		await fc.assert(
			fc.asyncProperty(fc.oneof(bytes, fc.constant(body)), values, async (some, value) => {
				const { status, started } = await receiveCallback({
					body: some,
					headers: { 'runflow-signature': value },
				});
				expect([status, started]).toEqual([401, undefined]);
			}),
		);
	});

	it('answers 200 or 400 to anything that is signed, and starts only with a callback', async () => {
		const field = fc.constantFrom(...Object.keys(callbackPayload()));
		await fc.assert(
			fc.asyncProperty(field, fc.jsonValue(), async (name, value) => {
				const { status, started } = await receiveCallback({
					body: callbackBody({ [name]: value }),
					workflowId: ownWorkflow(),
				});
				expect([200, 400]).toContain(status);
				expect(started !== undefined).toBe(status === 200);
			}),
		);
	});
});

describe('Runflow Trigger: reading the credential', () => {
	it('happens once for the callbacks of some seconds', async () => {
		const setup = { workflowId: ownWorkflow(), credentialId: ownWorkflow() };
		const first = await receiveCallback({ ...setup, body: callbackBody() });
		const next = callbackBody({ metadata: { order: 2 } });
		const second = await receiveCallback({ ...setup, body: next });
		expect([first.credentialReads, second.credentialReads]).toEqual([1, 0]);
		expect(second.started).toHaveLength(1);
	});

	it('happens anew before a refusal, so that a new secret counts at once', async () => {
		const setup = { workflowId: ownWorkflow(), credentialId: ownWorkflow(), body: callbackBody() };
		await receiveCallback(setup);
		const headers = signed(setup.body, 'whsec_new');
		const refused = await receiveCallback({ ...setup, headers });
		expect([refused.status, refused.credentialReads]).toEqual([401, 1]);
		const changed = { ...credential, callbackSecret: 'whsec_new' };
		const accepted = await receiveCallback({ ...setup, headers, credential: changed });
		expect([accepted.status, accepted.started?.length]).toEqual([200, 1]);
	});
});

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
