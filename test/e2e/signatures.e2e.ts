import { createHmac, randomUUID } from 'node:crypto';

import { startStage, type Stage } from '../stage/stage.ts';
import { post, publishTrigger } from '../stage/trigger.ts';

let stage: Stage;

beforeAll(async () => {
	stage = await startStage();
}, 900_000);
afterAll(async () => await stage?.close());

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
		const trigger = await publishTrigger(stage);
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
		const trigger = await publishTrigger(stage, {}, stage.credential, version);
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
		const trigger = await publishTrigger(stage, {}, { runflowApi: { id, name } });
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
		const trigger = await publishTrigger(stage, {}, { runflowApi: { id, name } });
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
		const { refusal } = await publishTrigger(stage, {}, { runflowApi: { id, name } });
		expect(refusal).toContain('needs a Callback Secret');
	});
});
