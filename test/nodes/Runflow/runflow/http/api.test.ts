import { inspect } from 'node:util';

import nock from 'nock';
import { z } from 'zod';

import type { Call } from '../../../../../nodes/Runflow/runflow/http/api.ts';
import { RequestCancelledError } from '../../../../../nodes/Runflow/runflow/http/errors.ts';
import { fakeApi, rejection } from '../../../../fakes/api.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';
import { API_KEY, BASE_URL } from '../../../../fakes/node.ts';

withoutNetwork();

const schema = z.object({ id: z.string(), count: z.number().nullish() }).passthrough();
type Answer = z.infer<typeof schema>;
const read: Call<Answer> = { method: 'GET', path: '/v1/things', retry: 'repeatable', schema };
const write: Call<Answer> = { ...read, method: 'POST', body: '{"a":"ö"}' };
const ONE_TRY = { attempts: 1 };

describe('Api: the request', () => {
	it('carries the key as a bearer token, and no organization unless one is set', async () => {
		runflow().get('/v1/things').reply(200, { id: 'a' });
		await fakeApi().call(read);
		const [{ headers }] = requests();
		expect(headers).toMatchObject({
			accept: 'application/json',
			authorization: `Bearer ${API_KEY}`,
		});
		expect(headers).not.toHaveProperty('x-organization-id');
		expect(headers).not.toHaveProperty('content-type');
	});

	it('names the organization when one is set', async () => {
		runflow().matchHeader('x-organization-id', 'org-1').get('/v1/things').reply(200, { id: 'a' });
		await fakeApi({ organizationId: 'org-1' }).call(read);
	});

	it('sends its body as it is, as JSON, with the headers of the call', async () => {
		runflow().post('/v1/things').reply(201, { id: 'a' });
		await fakeApi().call({ ...write, headers: { 'idempotency-key': 'key-1' } });
		expect(requests()).toMatchObject([
			{
				body: write.body,
				headers: { 'content-type': 'application/json', 'idempotency-key': 'key-1' },
			},
		]);
	});

	it.each([
		[BASE_URL, '/v1/things'],
		[`${BASE_URL}/`, '/v1/things'],
		[`${BASE_URL}///`, '/v1/things'],
		[`${BASE_URL}/gateway/runflow`, '/gateway/runflow/v1/things'],
		[`${BASE_URL}/gateway/runflow/`, '/gateway/runflow/v1/things'],
	])('goes below the base URL %s', async (baseUrl, path) => {
		runflow().get(path).reply(200, { id: 'a' });
		expect(await fakeApi({ baseUrl }).call(read)).toEqual({ id: 'a' });
	});

	it('encodes the query and leaves out what is not given', async () => {
		runflow().get('/v1/things').query({ q: 'a&b=c d', limit: '5' }).reply(200, { id: 'a' });
		await fakeApi().call({ ...read, query: { q: 'a&b=c d', limit: 5, pq: undefined } });
	});
});

describe('Api: the answer', () => {
	it('comes back with its unknown fields', async () => {
		const answer = { id: 'a', count: null, cost: '0.10', spare: { deep: [1] } };
		runflow().get('/v1/things').reply(200, answer);
		expect(await fakeApi().call(read)).toEqual(answer);
	});

	it.each<[string, unknown]>([
		['flat', { code: 'NOT_FOUND', message: 'No such thing' }],
		['nested', { error: { code: 'NOT_FOUND', message: 'No such thing' } }],
	])('is read from a %s error envelope', async (_, envelope) => {
		runflow()
			.get('/v1/things')
			.reply(404, JSON.stringify(envelope), { 'Runflow-Request-Id': 'req-7' });
		expect(await rejection(fakeApi().call(read))).toMatchObject({
			name: 'RunflowApiError',
			status: 404,
			code: 'NOT_FOUND',
			message: 'No such thing',
			requestId: 'req-7',
		});
	});

	it.each(['<html>Bad gateway</html>', '', 'null', '[]', '"text"', '{"detail":"other"}'])(
		'is an error by its status alone when the body is %j',
		async (body) => {
			runflow().get('/v1/things').reply(400, body);
			const error = await rejection(fakeApi().call(read));
			expect(error).toMatchObject({
				name: 'RunflowApiError',
				status: 400,
				message: 'Runflow answered with HTTP status 400',
			});
			expect(error).toHaveProperty('code', undefined);
		},
	);

	it.each([
		['<html>Welcome to the hotel</html>', 'it is not JSON'],
		['', 'it is not JSON'],
		['{"id": "a"', 'it is not JSON'],
		['{}', 'id: Required'],
		['{"id": 7}', 'id: Expected string, received number'],
		['[]', 'the answer: Expected object, received array'],
		['{"code":"X","message":"an error in a 200"}', 'id: Required'],
	])('is refused when a 200 holds %j', async (body, detail) => {
		runflow().get('/v1/things').reply(200, body, { 'runflow-request-id': 'req-8' });
		const error = await rejection(fakeApi({ retryPolicy: ONE_TRY }).call(read));
		expect(error).toMatchObject({
			name: 'RunflowAnswerError',
			status: 200,
			requestId: 'req-8',
			message: `Runflow's answer cannot be used: ${detail}`,
		});
	});

	it('is refused when a 200 holds an error, though the schema requires nothing', async () => {
		const loose = { ...read, schema: z.object({ id: z.string().nullish() }).passthrough() };
		const failure = { code: 'X', message: `broke for ${API_KEY}`, errors: null };
		runflow().get('/v1/things').reply(200, failure);
		expect(await rejection(fakeApi({ retryPolicy: ONE_TRY }).call(loose))).toMatchObject({
			name: 'RunflowAnswerError',
			message: "Runflow's answer cannot be used: it is an error: broke for *** (X)",
		});
		runflow()
			.get('/v1/things')
			.reply(200, { ...failure, id: 'a' });
		expect(await fakeApi().call(loose)).toMatchObject({ id: 'a' });
	});

	it('is asked for again when it is not JSON and a repeat is safe', async () => {
		runflow().get('/v1/things').reply(200, '<html>').get('/v1/things').reply(200, { id: 'a' });
		expect(await fakeApi().call(read)).toEqual({ id: 'a' });
	});

	it.each([301, 302, 303, 307, 308])('is not followed elsewhere on %d', async (status) => {
		nock('https://elsewhere.test').get('/').optionally().reply(200, { id: 'stolen' });
		runflow().get('/v1/things').reply(status, '', { location: 'https://elsewhere.test/' });
		expect(await rejection(fakeApi().call(read))).toMatchObject({ status });
		expect(nock.pendingMocks()).toEqual([]);
		expect(nock.activeMocks()).toEqual(['GET https://elsewhere.test:443/']);
	});
});

describe('Api: repeats', () => {
	it('sends identical bytes under the same Idempotency-Key', async () => {
		for (const status of [503, 429, 201]) runflow().post('/v1/things').reply(status, { id: 'a' });
		const call = { ...write, headers: { 'idempotency-key': 'key-2' } };
		expect(await fakeApi().call(call)).toEqual({ id: 'a' });
		const sent = requests().map(({ body, headers }) => [body, headers['idempotency-key']]);
		expect(sent).toEqual(Array(3).fill([write.body, 'key-2']));
	});

	it('waits as long as Retry-After says', async () => {
		const pauses: number[] = [];
		const pause = async (ms: number) => {
			pauses.push(ms);
		};
		runflow()
			.get('/v1/things')
			.reply(429, {}, { 'retry-after': '9' })
			.get('/v1/things')
			.reply(200, { id: 'a' });
		await fakeApi({ clock: { pause } }).call(read);
		expect(pauses).toEqual([9_000]);
	});

	it('sends what may run once only once when the answer is a 500', async () => {
		runflow().post('/v1/things').reply(500, { code: 'X', message: 'broke' });
		expect(await rejection(fakeApi().call({ ...write, retry: 'once' }))).toMatchObject({
			failure: { status: 500 },
		});
	});

	it('sends nothing once the execution is cancelled', async () => {
		const error = await rejection(fakeApi({ signal: AbortSignal.abort() }).call(read));
		expect(error).toBeInstanceOf(RequestCancelledError);
	});
});

describe('Api: secrets', () => {
	it.each([200, 302, 401, 404, 422, 500])('stay out of the error after %d', async (status) => {
		runflow().get('/v1/things').reply(status, 'no JSON');
		const error = await rejection(fakeApi({ retryPolicy: ONE_TRY }).call(read));
		expect(inspect(error, { depth: Infinity })).not.toContain(API_KEY);
	});

	const repeating = `Bearer ${API_KEY} may not`;

	it.each<[string, number, object]>([
		['message', 401, { code: 'X', message: repeating }],
		['code', 403, { code: API_KEY, message: 'no' }],
		['nested envelope', 400, { error: { code: 'X', message: repeating } }],
		['error type', 422, { code: 'X', message: 'no', error_type: API_KEY }],
		['field', 422, { code: 'X', message: 'no', errors: [{ loc: [API_KEY], msg: repeating }] }],
		['field name', 422, { code: 'X', message: 'no', errors: [{ [API_KEY]: 1 }] }],
		['debug output', 500, { code: 'X', message: 'no', request: { headers: [repeating] } }],
	])('stay out of the error when the server repeats them in its %s', async (_, status, body) => {
		runflow().get('/v1/things').reply(status, JSON.stringify(body));
		const error = await rejection(fakeApi({ retryPolicy: ONE_TRY }).call(read));
		expect(error).toMatchObject({ name: 'RunflowApiError', status });
		expect(inspect(error, { depth: Infinity }) + JSON.stringify(error)).not.toContain(API_KEY);
	});

	it('leave the rest of what the server says as it is', async () => {
		runflow()
			.get('/v1/things')
			.reply(401, { code: 'X', message: `${repeating}; ${API_KEY}!` });
		expect(await rejection(fakeApi().call(read))).toMatchObject({
			message: 'Bearer *** may not; ***!',
		});
	});

	it('stay out of an answer that repeats them', async () => {
		const said = `headers {"authorization":"${repeating}"}`;
		runflow()
			.get('/v1/things')
			.reply(200, { id: 'a', failure_message: said, [API_KEY]: [API_KEY] });
		expect(await fakeApi().call(read)).toEqual({
			id: 'a',
			failure_message: 'headers {"authorization":"Bearer *** may not"}',
			'***': ['***'],
		});
	});
});
