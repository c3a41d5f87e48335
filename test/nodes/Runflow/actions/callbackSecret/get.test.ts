import { rejection } from '../../../../fakes/api.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';
import { runSecret, secret, SECRET_ID } from '../../../../fakes/secrets.ts';

withoutNetwork();

describe('Callback Secret > Get', () => {
	it('gives what Runflow tells', async () => {
		runflow().get(`/v1/callback-secrets/${SECRET_ID}`).reply(200, secret);
		expect(await runSecret('get', { secretId: SECRET_ID })).toEqual([
			{ json: secret, pairedItem: { item: 0 } },
		]);
	});

	it('refuses what is no id before anything is sent', async () => {
		expect(await rejection(runSecret('get', { secretId: 'n8n' }))).toMatchObject({
			message: `'Secret ID' of item 0 must be a UUID, but is "n8n"`,
		});
		expect(requests()).toEqual([]);
	});
});
