import {
	createCallbackSecret,
	getCallbackSecret,
	updateCallbackSecret,
} from '../../../../../nodes/Runflow/runflow/callbacks/callbackSecrets.ts';
import { RunflowAnswerError } from '../../../../../nodes/Runflow/runflow/http/errors.ts';
import { fakeApi, rejection } from '../../../../fakes/api.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';

withoutNetwork();

const ID = '3c90c3cc-0d44-4b50-8888-8dd25736052b';
const secret = { id: ID, label: 'n8n', is_current: false, key_prefix: 'whsec_ab', spare: { a: 1 } };

describe('createCallbackSecret', () => {
	it('sends the label and gives the secret back', async () => {
		const answer = { ...secret, plain_secret: 'whsec_new' };
		runflow().post('/v1/callback-secrets', { label: 'n8n "prod" ö' }).reply(201, answer);
		expect(await createCallbackSecret(fakeApi(), 'n8n "prod" ö')).toEqual(answer);
	});

	it.each([500, 502, 503])(
		'is not repeated after a %d, which may have made one',
		async (status) => {
			runflow().post('/v1/callback-secrets').reply(status, {});
			const failure = expect.objectContaining({ status });
			expect(await rejection(createCallbackSecret(fakeApi(), 'a'))).toMatchObject({ failure });
			expect(requests()).toHaveLength(1);
		},
	);

	it('is repeated after a 429, which made none', async () => {
		runflow()
			.post('/v1/callback-secrets')
			.reply(429, {})
			.post('/v1/callback-secrets')
			.reply(201, { ...secret, plain_secret: 'whsec_new' });
		expect(await createCallbackSecret(fakeApi(), 'a')).toMatchObject({ id: ID });
	});

	it('refuses an answer without the secret, and does not ask again', async () => {
		runflow().post('/v1/callback-secrets').reply(201, secret);
		expect(await rejection(createCallbackSecret(fakeApi(), 'a'))).toMatchObject({
			failure: expect.any(RunflowAnswerError),
			message: expect.stringContaining('plain_secret'),
		});
		expect(requests()).toHaveLength(1);
	});
});

describe('getCallbackSecret', () => {
	it('reads it, a second time when the first failed', async () => {
		const path = `/v1/callback-secrets/${ID}`;
		runflow().get(path).reply(503, {}).get(path).reply(200, secret);
		expect(await getCallbackSecret(fakeApi(), ID)).toEqual(secret);
	});

	it('encodes an id that is none', async () => {
		runflow().get('/v1/callback-secrets/..%2Fauth%2Fme').reply(404, {});
		const error = await rejection(getCallbackSecret(fakeApi(), '../auth/me'));
		expect(error).toMatchObject({ status: 404 });
	});
});

describe('updateCallbackSecret', () => {
	it.each([{ label: 'b' }, { is_current: true }, { label: 'b', is_current: true }])(
		'sends just %j, and again after a 500',
		async (changes) => {
			const path = `/v1/callback-secrets/${ID}`;
			runflow().patch(path).reply(500, {}).patch(path).reply(200, secret);
			expect(await updateCallbackSecret(fakeApi(), ID, changes)).toEqual(secret);
			expect(requests().map(({ body }) => body)).toEqual(Array(2).fill(JSON.stringify(changes)));
		},
	);

	it('is not repeated after a refusal', async () => {
		runflow().patch(`/v1/callback-secrets/${ID}`).reply(422, {});
		const error = await rejection(updateCallbackSecret(fakeApi(), ID, { label: 'b' }));
		expect(error).toMatchObject({ status: 422 });
	});
});
