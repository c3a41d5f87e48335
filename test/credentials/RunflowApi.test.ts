import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { NodeHelpers, type ICredentialDataDecryptedObject } from 'n8n-workflow';

import { RunflowApi } from '../../credentials/RunflowApi.credentials.ts';

const credential = new RunflowApi();
const field = (name: string) => credential.properties.find((property) => property.name === name)!;

/** Evaluates an n8n expression of the credential, which is JavaScript in `={{ }}`. */
function evaluate(expression: unknown, $credentials: Record<string, unknown>): unknown {
	const code = /^=\{\{(.*)\}\}$/s.exec(String(expression))![1];
	return new Function('$credentials', `return (${code})`)($credentials);
}

describe('the credential', () => {
	it('keeps the names that are saved in workflows', () => {
		expect(credential.name).toBe('runflowApi');
		expect(credential.displayName).toBe('Runflow API');
		expect(credential.properties.map(({ name }) => name).sort()).toEqual([
			'apiKey',
			'baseUrl',
			'baseUrlNotice',
			'callbackNotice',
			'callbackSecret',
			'organizationId',
			'previousCallbackSecret',
		]);
	});

	it('hides what is secret, and nothing else', () => {
		const hidden = credential.properties.filter((each) => each.typeOptions?.password);
		expect(hidden.map(({ name }) => name).sort()).toEqual([
			'apiKey',
			'callbackSecret',
			'previousCallbackSecret',
		]);
	});

	it('needs a key only, and goes to Runflow unless told otherwise', () => {
		const required = credential.properties.filter((each) => each.required);
		expect(required.map(({ name }) => name)).toEqual(['apiKey']);
		expect(field('baseUrl').default).toBe('https://api.runflow.io');
	});

	it('has icons that exist and hold no script', () => {
		const { light, dark } = credential.icon as { light: string; dark: string };
		for (const icon of [light, dark]) {
			const path = resolve('credentials', icon.replace('file:', ''));
			expect(existsSync(path)).toBe(true);
			expect(readFileSync(path, 'utf8')).not.toMatch(/<script|href=|on\w+=/i);
		}
		expect(light).not.toBe(dark);
	});
});

describe('the authentication of a credential that is restricted to some domains', () => {
	const restricted = {
		apiKey: 'rf_live_secret',
		allowedHttpRequestDomains: 'domains',
		allowedDomains: 'allowed.example.com',
	};
	const authenticate = async (request: { baseURL?: string; url: string }) =>
		await credential.authenticate(restricted, request);

	it.each([
		{ baseURL: 'https://allowed.example.com', url: '/v1/auth/me' },
		{ baseURL: 'https://api.runflow.io', url: '/v1/auth/me' },
		{ baseURL: 'https://elsewhere.example.net', url: 'https://allowed.example.com/v1' },
		{ url: 'https://allowed.example.com/v1' },
	])('puts the key on a request to one of them: %j', async (request) => {
		expect((await authenticate(request)).headers).toHaveProperty('Authorization');
	});

	it.each([
		{ baseURL: 'https://elsewhere.example.net', url: '/v1/auth/me' },
		{ baseURL: 'https://allowed.example.com', url: 'https://elsewhere.example.net/v1' },
		{ baseURL: 'https://allowed.example.com', url: '//elsewhere.example.net/v1' },
		{ baseURL: 'https://allowed.example.com@elsewhere.example.net', url: '/v1' },
	])('fails, with the reason, for one to another host: %j', async (request) => {
		await expect(authenticate(request)).rejects.toThrow(
			'The credential does not allow requests to elsewhere.example.net (see its Allowed Domains)',
		);
	});

	it('fails for an address that is none', async () => {
		await expect(authenticate({ url: '/v1/auth/me' })).rejects.toThrow('Invalid URL');
	});
});

describe('the authentication', () => {
	const request = { url: 'https://api.runflow.test', headers: { accept: 'text/plain' } };
	const headersFor = async (credentials: ICredentialDataDecryptedObject) =>
		(await credential.authenticate(credentials, request)).headers;

	it('sends the key as a bearer token, without the blanks that copying brings', async () => {
		expect(await credential.authenticate({ apiKey: ' rf_live_1\n' }, request)).toEqual({
			url: 'https://api.runflow.test',
			headers: { accept: 'text/plain', Authorization: 'Bearer rf_live_1' },
		});
		expect(request.headers).toEqual({ accept: 'text/plain' });
	});

	it('names the organization only when one is set', async () => {
		const header = { 'X-Organization-Id': 'org-1' };
		expect(await headersFor({ apiKey: 'k', organizationId: ' org-1 ' })).toMatchObject(header);
		for (const organizationId of ['', '  ']) {
			expect(await headersFor({ apiKey: 'k', organizationId })).not.toHaveProperty([
				'X-Organization-Id',
			]);
		}
	});
});

describe('the test of the credential', () => {
	const { request, rules } = credential.test;

	it.each([
		['https://api.runflow.io', 'https://api.runflow.io'],
		['https://proxy.test/runflow//', 'https://proxy.test/runflow'],
		['', 'https://api.runflow.io'],
		[undefined, 'https://api.runflow.io'],
	])('asks who the key belongs to, with the base URL %j', (baseUrl, expected) => {
		expect(evaluate(request.baseURL, { baseUrl })).toBe(expected);
		expect(request.url).toBe('/v1/auth/me');
	});

	it('says what to do about a refused key', () => {
		const codes = rules!.map(({ properties }) => 'value' in properties && properties.value);
		expect(codes).toEqual([401, 403, 404]);
		const messages = rules!.map(({ properties }) => properties.message);
		expect(
			messages.map((message) => /API Key|Organization ID|Base URL/.exec(message)?.[0]),
		).toEqual(['API Key', 'API Key', 'Base URL']);
	});
});

describe('a notice in the dialog', () => {
	/** Whether n8n shows it beside these values. */
	const isShown = (name: string, values: Record<string, string>) =>
		NodeHelpers.displayParameter(values, field(name), null, null);

	it.each([
		['https://api.runflow.io', false],
		['https://api.runflow.io/', false],
		['', false],
		['api.runflow.io', true],
		['https://gateway.example.com/runflow', true],
	])('is there for the base URL %j: %s', (baseUrl, shown) => {
		expect(isShown('baseUrlNotice', { baseUrl })).toBe(shown);
	});

	it.each([
		['whsec_1', false],
		[' whsec_1', false],
		['', false],
		['__n8n_BLANK_VALUE_e5362baf-c777-4d57-a609-6eaf1f9e87f6', false],
		['1234', true],
		['rf_live_1', true],
	])('is there for the secret %j: %s', (callbackSecret, shown) => {
		expect(isShown('callbackNotice', { callbackSecret })).toBe(shown);
	});
});
