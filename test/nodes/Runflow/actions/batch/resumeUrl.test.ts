import { NodeOperationError } from 'n8n-workflow';

import {
	assertReachable,
	resumeUrl,
	resumeUrlOfNode,
} from '../../../../../nodes/Runflow/actions/batch/resumeUrl.ts';
import { rejection } from '../../../../fakes/api.ts';
import { credential } from '../../../../fakes/node.ts';
import { RESUME_URL, waitingContext } from '../../../../fakes/waitingContext.ts';

const contextAt = (url: string, baseUrl = 'https://api.runflow.io') =>
	waitingContext({
		parameters: {},
		resumeUrl: url,
		nodeId: 'node-7',
		credential: { ...credential, baseUrl },
	}).context;

describe('resumeUrl', () => {
	it("is n8n's own, with its token", () => {
		expect(resumeUrl(contextAt(RESUME_URL))).toBe(RESUME_URL);
	});
});

describe('resumeUrlOfNode', () => {
	it.each([
		[
			'https://n8n.test/webhook-waiting/100?signature=token-1',
			'https://n8n.test/webhook-waiting/100/node-7?signature=token-1',
		],
		['https://n8n.test/webhook-waiting/100', 'https://n8n.test/webhook-waiting/100/node-7'],
		[
			'http://n8n.test:5678/below/webhook-waiting/100?signature=a%2Bb&x=1',
			'http://n8n.test:5678/below/webhook-waiting/100/node-7?signature=a%2Bb&x=1',
		],
	])('of %s has the node in its path and keeps the token', (url, own) => {
		expect(resumeUrlOfNode(contextAt(url))).toBe(own);
	});
});

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
		'http://192.168.0.5:5678/webhook-waiting/1',
		'https://localhost.n8n.test/webhook-waiting/1',
		'https://mylocalhost/webhook-waiting/1',
		'https://127.0.0.1.nip.io/webhook-waiting/1',
	])('takes %s', async (url) => {
		await assertReachable(contextAt(url));
	});

	it.each(['http://localhost:4010', 'http://127.0.0.1:4010', 'http://[::1]:4010'])(
		'takes localhost when Runflow is at %s too',
		async (baseUrl) => {
			await assertReachable(contextAt('http://localhost:5678/webhook-waiting/1', baseUrl));
		},
	);

	it.each(['', '   ', 'https://api.runflow.io'])(
		'refuses localhost when the Base URL is %j',
		async (baseUrl) => {
			const context = contextAt('http://localhost:5678/webhook-waiting/1', baseUrl);
			expect(await rejection(assertReachable(context))).toBeInstanceOf(NodeOperationError);
		},
	);
});
