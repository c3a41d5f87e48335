import type { ICredentialDataDecryptedObject, IHookFunctions } from 'n8n-workflow';

import { RunflowTrigger } from '../../../../nodes/Runflow/RunflowTrigger.node.ts';
import { rejection } from '../../../fakes/api.ts';
import { credential, fakeNode } from '../../../fakes/node.ts';

const hooks = new RunflowTrigger().webhookMethods.default;

function hookContext(
	authenticity: string,
	change: ICredentialDataDecryptedObject = {},
	warnings: string[] = [],
) {
	return {
		logger: { warn: (...entry: unknown[]) => warnings.push(JSON.stringify(entry)) },
		getWorkflow: () => ({ id: 'workflow-1' }),
		getNodeParameter: () => authenticity,
		getNode: () => fakeNode(),
		getCredentials: async () => ({ ...credential, ...change }),
		helpers: {},
	} as unknown as IHookFunctions;
}

function loggedContext(change: ICredentialDataDecryptedObject) {
	const warnings: string[] = [];
	return { context: hookContext('signature', change, warnings), warnings };
}

const noSecret = { callbackSecret: ' ', previousCallbackSecret: '' };

describe.each(['checkExists', 'create'] as const)('activation: %s', (method) => {
	it('takes a credential with a secret, the previous one too', async () => {
		expect(await hooks[method].call(hookContext('signature'))).toBe(true);
		const onlyPrevious = hookContext('signature', { callbackSecret: '' });
		expect(await hooks[method].call(onlyPrevious)).toBe(true);
	});

	it('fails with advice when there is no secret to verify with', async () => {
		const error = await rejection(hooks[method].call(hookContext('signature', noSecret)));
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message: expect.stringMatching(
				/needs a Callback Secret.*Runflow API credential.*'Ask the API'/,
			),
			description: expect.stringContaining('Callback Secret > Create'),
		});
	});

	it('warns of a secret without its prefix, without naming it, and goes on', async () => {
		const { context, warnings } = loggedContext({ callbackSecret: 'cut-off-secret' });
		expect(await hooks[method].call(context)).toBe(true);
		expect(warnings).toEqual([expect.stringContaining('does not begin with whsec_')]);
		expect(warnings.join()).not.toContain('cut-off-secret');
	});

	it('warns of nothing where all secrets have it', async () => {
		const { context, warnings } = loggedContext({
			callbackSecret: 'whsec_new',
			previousCallbackSecret: '',
		});
		expect(await hooks[method].call(context)).toBe(true);
		expect(warnings).toEqual([]);
	});

	it('needs no secret to ask the API, but a key', async () => {
		expect(await hooks[method].call(hookContext('api', noSecret))).toBe(true);
		const error = await rejection(hooks[method].call(hookContext('api', { apiKey: '' })));
		expect(error).toMatchObject({ message: expect.stringContaining('API Key') });
	});
});

describe('deactivation', () => {
	it('has nothing to take back and works with any credential', async () => {
		expect(await hooks.delete.call(hookContext('signature', noSecret))).toBe(true);
	});
});
