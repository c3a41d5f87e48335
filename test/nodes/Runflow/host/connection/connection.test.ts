import { NodeOperationError } from 'n8n-workflow';

import { connect } from '../../../../../nodes/Runflow/host/connection/connection.ts';
import { getBatch, RequestCancelledError } from '../../../../../nodes/Runflow/runflow/index.ts';
import { rejection } from '../../../../fakes/api.ts';
import { BATCH_ID } from '../../../../fakes/callbacks.ts';
import { executeContext } from '../../../../fakes/executeContext.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';
import { API_KEY, credential } from '../../../../fakes/node.ts';

withoutNetwork();

const contextWith = (change: Record<string, string>) =>
	executeContext({ parameters: {}, credential: { ...credential, ...change } });

describe('connect', () => {
	it('calls Runflow as the credential says, without the blanks that copying brings', async () => {
		runflow('https://eu.runflow.test')
			.get(`/proxy/v1/batches/${BATCH_ID}`)
			.reply(200, { id: BATCH_ID, status_code: 'queued' });
		const context = contextWith({
			apiKey: ` ${API_KEY}\n`,
			baseUrl: ' https://eu.runflow.test/proxy/ ',
			organizationId: ' org-9\n',
		});
		await getBatch(await connect(context), BATCH_ID);
		expect(requests()[0].headers).toMatchObject({
			authorization: `Bearer ${API_KEY}`,
			'x-organization-id': 'org-9',
			'user-agent': 'n8n-nodes-runflow',
		});
	});

	it("goes to Runflow's own server when the credential names none", async () => {
		runflow('https://api.runflow.io')
			.get(`/v1/batches/${BATCH_ID}`)
			.reply(200, { id: BATCH_ID, status_code: 'queued' });
		await getBatch(await connect(contextWith({ baseUrl: '  ' })), BATCH_ID);
		expect(requests()).toHaveLength(1);
	});

	it.each([
		'api.runflow.io',
		'ftp://api.runflow.io',
		'file:///etc/passwd',
		'https://user:password@api.runflow.io',
		'https://user@api.runflow.io',
		'https://api.runflow.io?key=1',
		'https://api.runflow.io#top',
		'https://',
		'javascript:alert(1)',
	])('refuses the base URL %j', async (baseUrl) => {
		const error = await rejection(connect(contextWith({ baseUrl })));
		expect(error).toBeInstanceOf(NodeOperationError);
		expect((error as Error).message).toBe("The credential's Base URL cannot be used");
	});

	it.each(['', '   ', 'two words', 'line\nbreak', 'schlüssel', 'nul\0'])(
		'refuses the API key %j without repeating it',
		async (apiKey) => {
			const error = (await rejection(connect(contextWith({ apiKey })))) as NodeOperationError;
			expect(error).toBeInstanceOf(NodeOperationError);
			expect(error.message).toBe("The credential's API Key is empty or not an API key");
			if (apiKey.trim()) expect(JSON.stringify(error)).not.toContain(apiKey);
		},
	);

	it.each(['two words', 'line\nbreak', 'größe', 'nul\0'])(
		'refuses the organization ID %j, which no header can carry',
		async (organizationId) => {
			const error = await rejection(connect(contextWith({ organizationId })));
			expect(error).toBeInstanceOf(NodeOperationError);
			expect((error as Error).message).toBe("The credential's Organization ID cannot be used");
		},
	);

	it.each(['', '  ', '\n'])('names no organization for %j', async (organizationId) => {
		runflow().get(`/v1/batches/${BATCH_ID}`).reply(200, { id: BATCH_ID, status_code: 'queued' });
		await getBatch(await connect(contextWith({ organizationId })), BATCH_ID);
		expect(requests()[0].headers).not.toHaveProperty('x-organization-id');
	});

	it('takes a key of any prefix', async () => {
		for (const apiKey of ['rf_live_a', 'rf_svc_b', 'rfk_c', 'anything']) {
			await connect(contextWith({ apiKey }));
		}
	});

	it('gives up with the execution', async () => {
		const signal = AbortSignal.abort();
		const api = await connect(executeContext({ parameters: {}, signal }));
		expect(await rejection(getBatch(api, BATCH_ID))).toBeInstanceOf(RequestCancelledError);
		expect(requests()).toEqual([]);
	});
});
