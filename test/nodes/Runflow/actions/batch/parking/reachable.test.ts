import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';

import { assertReachable } from '../../../../../../nodes/Runflow/actions/batch/parking/reachable.ts';
import { rejection } from '../../../../../fakes/api.ts';
import { credential } from '../../../../../fakes/node.ts';
import { RESUME_URL, waitingContext } from '../../../../../fakes/waitingContext.ts';

const contextAt = (url: string, baseUrl = 'https://api.runflow.io') =>
	waitingContext({
		parameters: {},
		resumeUrl: url,
		nodeId: 'node-7',
		credential: { ...credential, baseUrl },
	}).context;

describe('assertReachable', () => {
	it.each([
		'http://localhost:5678/webhook-waiting/1',
		'http://LOCALHOST/webhook-waiting/1',
		'https://n8n.localhost/webhook-waiting/1',
		'http://127.0.0.1:5678/webhook-waiting/1',
		'http://127.8.9.10/webhook-waiting/1',
		'http://127.1/webhook-waiting/1',
		'http://[::1]:5678/webhook-waiting/1',
		'http://0.0.0.0:5678/webhook-waiting/1',
		'http://192.168.0.5:5678/webhook-waiting/1',
		'https://10.1.2.3/webhook-waiting/1',
		'https://172.16.0.1/webhook-waiting/1',
		'https://172.31.255.1/webhook-waiting/1',
		'https://169.254.1.1/webhook-waiting/1',
		'https://100.64.0.1/webhook-waiting/1',
		'https://[fd00::1]/webhook-waiting/1',
		'https://[fe80::1]/webhook-waiting/1',
		'https://[::ffff:127.0.0.1]/webhook-waiting/1',
		'http://[::ffff:192.168.1.5]:5678/webhook-waiting/1',
		'http://n8n:5678/webhook-waiting/1',
		'http://raspberrypi.local:5678/webhook-waiting/1',
	])('refuses %s before anything is paid for', async (url) => {
		const error = await rejection(assertReachable(contextAt(url)));
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error).toMatchObject({
			message: expect.stringContaining(`cannot call back to ${new URL(url).host}`),
			description: expect.stringMatching(/N8N_WEBHOOK_URL.*Polling.*Nothing was sent/),
		});
	});

	it.each([
		RESUME_URL,
		'https://localhost.n8n.test/webhook-waiting/1',
		'https://mylocalhost.example/webhook-waiting/1',
		'https://127.0.0.1.nip.io/webhook-waiting/1',
		'https://172.32.0.1/webhook-waiting/1',
		'https://11.0.0.1/webhook-waiting/1',
		'https://100.128.0.1/webhook-waiting/1',
		'https://[2001:db8::1]/webhook-waiting/1',
	])('takes %s', async (url) => {
		await assertReachable(contextAt(url));
	});

	it.each([
		'http://localhost:4010',
		'http://127.0.0.1:4010',
		'http://[::1]:4010',
		'http://10.0.0.7:4010',
	])('takes localhost when Runflow is at %s too', async (baseUrl) => {
		await assertReachable(contextAt('http://localhost:5678/webhook-waiting/1', baseUrl));
	});

	it.each(['', '   ', 'https://api.runflow.io'])(
		'refuses localhost when the Base URL is %j',
		async (baseUrl) => {
			const context = contextAt('http://localhost:5678/webhook-waiting/1', baseUrl);
			expect(await rejection(assertReachable(context))).toBeInstanceOf(NodeOperationError);
		},
	);

	it.each([
		['has no way to park', { putExecutionToWait: undefined }],
		['keeps the input elsewhere', { executeData: undefined }],
		['hands no input over', { executeData: { node: {}, data: {} } }],
		['has no address to resume at', { evaluateExpression: () => '' }],
	])('refuses an n8n that %s, before anything is paid for', async (_, change) => {
		const context = Object.assign(contextAt(RESUME_URL), change) as IExecuteFunctions;
		await expect(assertReachable(context)).rejects.toMatchObject({
			message: expect.stringContaining('parks executions in a way'),
			description: "Set 'Wait For' to Polling. Nothing was sent.",
		});
	});
});
