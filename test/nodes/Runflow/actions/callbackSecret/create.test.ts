import type { IDataObject } from 'n8n-workflow';

import { callbackSecretDescription } from '../../../../../nodes/Runflow/actions/callbackSecret/callbackSecret.resource.ts';
import { rejection } from '../../../../fakes/api.ts';
import type { ExecuteSetup } from '../../../../fakes/executeContext.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';
import { runSecret, secret, SECRET_ID } from '../../../../fakes/secrets.ts';

withoutNetwork();

describe('Callback Secret > Create', () => {
	it('gives the secret, which no other answer holds', async () => {
		const answer = { ...secret, plain_secret: 'whsec_new' };
		runflow().post('/v1/callback-secrets', { label: 'prod' }).reply(201, answer);
		expect(await runSecret('create', { label: ' prod\n' })).toEqual([
			{ json: answer, pairedItem: [{ item: 0 }] },
		]);
	});

	const labelled = (labels: string[], change: Partial<ExecuteSetup> = {}) => ({
		items: labels.length,
		parameters: (item: number): IDataObject => ({
			resource: 'callbackSecret',
			operation: 'create',
			label: labels[item],
		}),
		...change,
	});
	const answerSecret = (label: string) =>
		runflow()
			.post('/v1/callback-secrets', { label })
			.reply(201, { ...secret, label, plain_secret: `whsec_${label}` });

	it('makes one secret for each label, linked to all items that asked for it', async () => {
		answerSecret('a');
		answerSecret('b');
		const output = await runSecret('create', {}, labelled(['a', 'b', ' a']));
		expect(output.map(({ json, pairedItem }) => [json.plain_secret, pairedItem])).toEqual([
			['whsec_a', [{ item: 0 }, { item: 2 }]],
			['whsec_b', [{ item: 1 }]],
		]);
	});

	it('makes none before all labels are read', async () => {
		expect(await rejection(runSecret('create', {}, labelled(['a', ''])))).toMatchObject({
			message: "'Label' of item 1 is empty",
		});
		expect(requests()).toEqual([]);
	});

	it('says which secrets were made when a later one fails, but not the secrets', async () => {
		answerSecret('a');
		runflow().post('/v1/callback-secrets', { label: 'b' }).reply(403, { code: 'X', message: 'no' });
		const error = await rejection(runSecret('create', {}, labelled(['a', 'b'])));
		expect(error).toMatchObject({
			context: { itemIndex: 1 },
			description: expect.stringContaining(`cannot be shown again: ${SECRET_ID}.`),
		});
		expect(JSON.stringify(error)).not.toContain('whsec_a');
	});

	it('gives what could be made beside what could not, with Continue On Fail', async () => {
		answerSecret('a');
		runflow().post('/v1/callback-secrets', { label: 'b' }).reply(403, { code: 'X', message: 'no' });
		const setup = labelled(['b', 'a', 'b', ''], { continueOnFail: true });
		const output = await runSecret('create', {}, setup);
		expect(
			output.map(({ json, pairedItem }) => [json.plain_secret ?? json.error, pairedItem]),
		).toEqual([
			['whsec_a', [{ item: 1 }]],
			["'Label' of item 3 is empty", { item: 3 }],
			['Runflow refuses this (X)', { item: 0 }],
			['Runflow refuses this (X)', { item: 2 }],
		]);
	});

	it('takes a label of 255 characters', async () => {
		const label = 'ü'.repeat(255);
		runflow()
			.post('/v1/callback-secrets', { label })
			.reply(201, { ...secret, plain_secret: 's' });
		expect(await runSecret('create', { label })).toHaveLength(1);
	});

	it.each([
		['', "'Label' of item 0 is empty"],
		['   ', "'Label' of item 0 is empty"],
		['x'.repeat(256), "'Label' of item 0 may have at most 255 characters, but has 256"],
	])('refuses the label %j before anything is sent', async (label, message) => {
		expect(await rejection(runSecret('create', { label }))).toMatchObject({ message });
		expect(requests()).toEqual([]);
	});

	it('makes no second secret when the first answer is lost', async () => {
		runflow().post('/v1/callback-secrets').replyWithError(new Error('reset'));
		expect(await rejection(runSecret('create', { label: 'a' }))).toMatchObject({
			name: 'NodeApiError',
		});
		expect(requests()).toHaveLength(1);
	});

	it('says beforehand that the secret is shown once, and to nobody but who creates one', () => {
		const notices = callbackSecretDescription.filter(({ type }) => type === 'notice');
		expect(notices).toHaveLength(1);
		expect(notices[0].displayName).toMatch(/shown once.*delete the execution/);
		expect(notices[0].displayOptions?.show).toEqual({
			resource: ['callbackSecret'],
			operation: ['create'],
		});
	});
});
