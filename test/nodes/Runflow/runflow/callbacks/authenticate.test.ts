import {
	authenticateByApi,
	authenticateBySignature,
	readCallback,
	sign,
} from '../../../../../nodes/Runflow/runflow/index.ts';
import { fakeApi } from '../../../../fakes/api.ts';
import { BATCH_ID, callbackBody, callbackPayload } from '../../../../fakes/callbacks.ts';
import { runflow, withoutNetwork } from '../../../../fakes/network.ts';

withoutNetwork();

const SECRETS = ['whsec_new', 'whsec_old'];
const body = callbackBody();

describe('authenticateBySignature', () => {
	it.each(SECRETS)('believes what %s signed, and knows it again by its signature', (secret) => {
		const signature = sign(body, secret);
		expect(authenticateBySignature({ body, signature }, SECRETS, readCallback)).toEqual({
			genuine: true,
			callback: callbackPayload(),
			identity: signature,
		});
	});

	it.each<[string, unknown, string[]]>([
		['no secret', sign(body, 'whsec_new'), ['', ' ']],
		['no signature', undefined, SECRETS],
		['no hex', 'sha256=1', SECRETS],
		['another secret', sign(body, 'whsec_other'), SECRETS],
		['other bytes', sign(Buffer.from('{}'), 'whsec_new'), SECRETS],
	])('says 401 to %s', (_, signature, secrets) => {
		expect(authenticateBySignature({ body, signature }, secrets, readCallback)).toMatchObject({
			genuine: false,
			status: 401,
		});
	});

	it.each(['hello', '{}', '[]', callbackBody({ batch_id: '../auth/me' }).toString()])(
		'says 400 to a signed %s',
		(text) => {
			const signed = Buffer.from(text);
			const delivery = { body: signed, signature: sign(signed, 'whsec_new') };
			expect(authenticateBySignature(delivery, SECRETS, readCallback)).toMatchObject({
				genuine: false,
				status: 400,
			});
		},
	);
});

describe('authenticateByApi', () => {
	const connect = async () => fakeApi({ retryPolicy: { attempts: 1 } });
	const path = `/v1/batches/${BATCH_ID}`;

	it('believes the batch id alone', async () => {
		runflow()
			.get(path)
			.reply(200, { id: BATCH_ID, status_code: 'failed', metadata: { a: 1 } });
		expect(await authenticateByApi({ body }, connect, readCallback)).toMatchObject({
			genuine: true,
			callback: { batch_id: BATCH_ID, status: 'failed', metadata: { a: 1 }, output: null },
			identity: `${BATCH_ID} failed`,
		});
	});

	it.each([
		[404, 403],
		[500, 503],
		[401, 503],
	])('makes of a %d the answer %d', async (status, answer) => {
		runflow().get(path).reply(status, { code: 'X', message: 'no' });
		expect(await authenticateByApi({ body }, connect, readCallback)).toMatchObject({
			genuine: false,
			status: answer,
		});
	});

	it('says 503 while the batch is going, and where there is no way to Runflow', async () => {
		runflow().get(path).reply(200, { id: BATCH_ID, status_code: 'running' });
		expect(await authenticateByApi({ body }, connect, readCallback)).toMatchObject({ status: 503 });
		const failing = async () => await Promise.reject(new Error('no credential'));
		expect(await authenticateByApi({ body }, failing, readCallback)).toMatchObject({
			status: 503,
			cause: new Error('no credential'),
		});
	});

	it('does not connect for what is no callback', async () => {
		const connected = jest.fn(connect);
		const forged = { body: Buffer.from('{}') };
		expect(await authenticateByApi(forged, connected, readCallback)).toMatchObject({ status: 400 });
		expect(connected).not.toHaveBeenCalled();
	});
});
