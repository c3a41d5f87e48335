import {
	readSigningSecrets,
	recentSigningSecrets,
	signingSecrets,
} from '../../../../../nodes/Runflow/host/connection/signingSecrets.ts';
import { executeContext } from '../../../../fakes/executeContext.ts';
import { CALLBACK_SECRET, credential, PREVIOUS_SECRET } from '../../../../fakes/node.ts';
import { webhookContext, type WebhookSetup } from '../../../../fakes/webhookContext.ts';

describe('signingSecrets', () => {
	it.each<[string, string, string[]]>([
		['whsec_new', 'whsec_old', ['whsec_new', 'whsec_old']],
		[' whsec_new\n', '', ['whsec_new']],
		['', 'whsec_old', ['whsec_old']],
		['', ' \t', []],
	])('reads %j and %j as %j', async (callbackSecret, previousCallbackSecret, secrets) => {
		const context = executeContext({
			parameters: {},
			credential: { ...credential, callbackSecret, previousCallbackSecret },
		});
		expect(await signingSecrets(context)).toEqual(secrets);
	});

	it('reads a credential from before the fields existed', async () => {
		const context = executeContext({ parameters: {}, credential: { apiKey: 'k' } });
		expect(await signingSecrets(context)).toEqual([]);
	});
});

describe('recentSigningSecrets', () => {
	beforeEach(() => void jest.useFakeTimers());
	afterEach(() => void jest.useRealTimers());

	const webhook = (setup: WebhookSetup = {}) => webhookContext(setup).context;
	const secrets = [CALLBACK_SECRET, PREVIOUS_SECRET];

	it('knows for five seconds what was read', async () => {
		const context = webhook();
		expect(recentSigningSecrets(context)).toEqual([]);
		expect(await readSigningSecrets(context)).toEqual(secrets);
		jest.advanceTimersByTime(4_999);
		expect(recentSigningSecrets(context)).toEqual(secrets);
		jest.advanceTimersByTime(1);
		expect(recentSigningSecrets(context)).toEqual([]);
	});

	it('counts from the last reading, and knows what that found', async () => {
		const credentialId = 'read-twice';
		await readSigningSecrets(webhook({ credentialId }));
		jest.advanceTimersByTime(4_000);
		const changed = { ...credential, callbackSecret: 'whsec_newer', previousCallbackSecret: '' };
		await readSigningSecrets(webhook({ credentialId, credential: changed }));
		jest.advanceTimersByTime(4_999);
		expect(recentSigningSecrets(webhook({ credentialId }))).toEqual(['whsec_newer']);
		jest.advanceTimersByTime(1);
		expect(recentSigningSecrets(webhook({ credentialId }))).toEqual([]);
	});

	it.each([{ workflowId: 'another' }, { nodeId: 'another' }, { credentialId: 'another' }])(
		'tells nothing to a node that did not read them: %j',
		async (change) => {
			const reader = { workflowId: 'w', nodeId: 'n', credentialId: 'c' };
			await readSigningSecrets(webhook(reader));
			expect(recentSigningSecrets(webhook({ ...reader, ...change }))).toEqual([]);
			expect(recentSigningSecrets(webhook(reader))).toEqual(secrets);
		},
	);
});
