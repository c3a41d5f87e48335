import fc from 'fast-check';

import { callbackBody, callbackPayload } from '../../../fakes/callbacks.ts';
import { withoutNetwork } from '../../../fakes/network.ts';
import { CALLBACK_SECRET, credential, PREVIOUS_SECRET } from '../../../fakes/node.ts';
import { receiveCallback, signed } from '../../../fakes/receiveRun.ts';

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
