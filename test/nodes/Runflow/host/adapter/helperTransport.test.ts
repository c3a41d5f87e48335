import type { IHttpRequestOptions } from 'n8n-workflow';
import { Readable } from 'node:stream';
import { createBrotliDecompress, createUnzip } from 'node:zlib';

import {
	HelperTransport,
	transport,
	type HttpRequestHelper,
} from '../../../../../nodes/Runflow/host/adapter/index.ts';
import {
	EgressRefusedError,
	type HttpRequest,
} from '../../../../../nodes/Runflow/runflow/index.ts';
import { rejection } from '../../../../fakes/api.ts';
import { bytesOf } from '../../../../fakes/fileHost.ts';

// What every adapter does is in test/editions/transport.test.ts; here is what n8n's helper is asked for.

const message: HttpRequest = {
	method: 'POST',
	url: new URL('https://api.runflow.test/v1/x?a=1'),
	headers: { authorization: 'Bearer secret-key' },
	body: '{"a":1}',
};

/** A helper that answers, or fails, without a network. */
function helper(answer: () => unknown) {
	const asked: IHttpRequestOptions[] = [];
	const httpRequest: HttpRequestHelper = async (options) => {
		asked.push(options);
		return answer();
	};
	return { asked, httpRequest };
}

const answering = (text = 'ok') =>
	helper(() => ({ statusCode: 200, headers: {}, body: Readable.from([Buffer.from(text)]) }));

describe('HelperTransport', () => {
	it('asks for the whole answer, as a stream, whatever its status, and for no redirects', async () => {
		const { asked, httpRequest } = answering();
		await new HelperTransport({ httpRequest }).send({ ...message, answerWithinMs: 900_000 });
		expect(asked).toEqual([
			{
				method: 'POST',
				url: 'https://api.runflow.test/v1/x?a=1',
				headers: message.headers,
				body: Buffer.from('{"a":1}'),
				encoding: 'stream',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
				timeout: 900_000,
				abortSignal: expect.any(AbortSignal),
			},
		]);
	});

	it("is made with the context's helper", async () => {
		const { asked, httpRequest } = answering('mine');
		const policy = { pool: {}, check: async () => {} };
		const answer = await transport({ helpers: { httpRequest } }, policy).send(message);
		expect((await bytesOf(answer.chunks())).toString()).toBe('mine');
		expect(asked).toHaveLength(1);
	});

	it("passes on the refusal of n8n's SSRF protection, which comes late where a name is one of several", async () => {
		const blocked = Object.assign(new Error('blocked'), { name: 'SsrfBlockedIpError' });
		const { httpRequest } = helper(() => {
			throw Object.assign(new Error('axios'), { code: 'ERR_NETWORK', cause: blocked });
		});
		const error = await rejection(new HelperTransport({ httpRequest }).send(message));
		expect(error).toBeInstanceOf(EgressRefusedError);
		expect(error).toMatchObject({ message: expect.stringContaining('api.runflow.test') });
	});

	it('ends the request at its limit, also where the helper has none', async () => {
		let signal: IHttpRequestOptions['abortSignal'];
		const httpRequest: HttpRequestHelper = async ({ abortSignal }) => {
			signal = abortSignal;
			return await new Promise((_, reject) => {
				const ended = () => reject(Object.assign(new Error(), { code: 'ERR_CANCELED' }));
				(abortSignal as AbortSignal).addEventListener('abort', ended);
			});
		};
		const sending = new HelperTransport({ httpRequest }).send({ ...message, answerWithinMs: 5 });
		expect(await rejection(sending)).toMatchObject({ kind: 'timeout', unsent: false });
		expect(signal?.aborted).toBe(true);
	});

	it('does not wait for a helper that does not hear its signal, and discards what comes late', async () => {
		const body = Readable.from([Buffer.from('late')]);
		let answer: (value: unknown) => void = () => {};
		const httpRequest: HttpRequestHelper = async () =>
			await new Promise((resolve) => (answer = resolve));
		const sending = new HelperTransport({ httpRequest }).send({ ...message, answerWithinMs: 5 });
		expect(await rejection(sending)).toMatchObject({ kind: 'timeout', unsent: false });
		const closed = new Promise((resolve) => body.once('close', resolve));
		answer({ statusCode: 200, headers: {}, body });
		await closed;
	});

	it.each([
		['gzip', createUnzip, 'compressed'],
		['br', createBrotliDecompress, 'compressed'],
		['nothing', () => Readable.from([]), undefined],
	])('shows that the helper unpacked what was to come as it is (%s)', async (_what, body, told) => {
		const { httpRequest } = helper(() => ({ statusCode: 200, headers: {}, body: body() }));
		const headers = { 'accept-encoding': 'identity' };
		const answer = await new HelperTransport({ httpRequest }).send({ ...message, headers });
		expect(answer.headers['content-encoding']).toBe(told);
		answer.close();
	});

	it('takes nothing for "not sent" once there was an answer', async () => {
		const { httpRequest } = helper(() => ({
			statusCode: 200,
			headers: {},
			body: Readable.from(
				(async function* () {
					yield Buffer.from('half');
					throw Object.assign(new Error(), { code: 'ECONNREFUSED' });
				})(),
			),
		}));
		const answer = await new HelperTransport({ httpRequest }).send(message);
		expect(await rejection(bytesOf(answer.chunks()))).toMatchObject({
			kind: 'lost',
			unsent: false,
		});
	});
});
