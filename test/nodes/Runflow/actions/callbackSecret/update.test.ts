import type { IDataObject } from 'n8n-workflow';

import { rejection } from '../../../../fakes/api.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';
import { runSecret, secret, SECRET_ID } from '../../../../fakes/secrets.ts';

withoutNetwork();

describe('Callback Secret > Update', () => {
	it.each<[IDataObject, IDataObject]>([
		[{ label: ' b ' }, { label: 'b' }],
		[{ makeCurrent: true }, { is_current: true }],
		[
			{ label: 'b', makeCurrent: true },
			{ label: 'b', is_current: true },
		],
		[{ label: 'b', makeCurrent: false }, { label: 'b' }],
	])('of %j sends %j', async (updateFields, changes) => {
		runflow().patch(`/v1/callback-secrets/${SECRET_ID}`).reply(200, secret);
		expect(await runSecret('update', { secretId: SECRET_ID, updateFields })).toMatchObject([
			{ json: secret },
		]);
		expect(requests().map(({ body }): unknown => JSON.parse(body))).toEqual([changes]);
	});

	it.each<[IDataObject, string]>([
		[{}, "'Update Fields' of item 0 is empty"],
		[{ makeCurrent: false }, "'Update Fields' of item 0 is empty"],
		[{ label: '' }, "'Label' of item 0 is empty"],
		[
			{ label: 'x'.repeat(256), makeCurrent: true },
			"'Label' of item 0 may have at most 255 characters",
		],
	])('refuses %j before anything is sent', async (updateFields, message) => {
		const error = (await rejection(
			runSecret('update', { secretId: SECRET_ID, updateFields }),
		)) as Error;
		expect(error.message).toContain(message);
		expect(requests()).toEqual([]);
	});

	it('makes an error item of a refusal when it continues on fail', async () => {
		runflow()
			.patch(`/v1/callback-secrets/${SECRET_ID}`)
			.reply(403, { code: 'PERMISSION_DENIED', message: 'no' });
		const change = { secretId: SECRET_ID, updateFields: { label: 'b' } };
		const [item] = await runSecret('update', change, { continueOnFail: true });
		expect(item).toMatchObject({
			json: { error: 'Runflow refuses this (PERMISSION_DENIED)' },
			pairedItem: { item: 0 },
		});
	});
});
