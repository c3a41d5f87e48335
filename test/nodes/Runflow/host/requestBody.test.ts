import type { IWebhookFunctions } from 'n8n-workflow';

import { parsedBody, rawBody } from '../../../../nodes/Runflow/host/requestBody.ts';
import { callbackBody } from '../../../fakes/callbacks.ts';
import { withoutNetwork } from '../../../fakes/network.ts';
import { receiveCallback, signed } from '../../../fakes/receiveRun.ts';
import { resumeParked } from '../../../fakes/resumeRun.ts';

withoutNetwork();

type Request = ReturnType<IWebhookFunctions['getRequestObject']>;

/** A request whose body n8n has read already, or that brings it when it is read. */
function requestWith(contentType: unknown, there: unknown, toRead?: unknown) {
	const request = {
		headers: { 'content-type': contentType },
		rawBody: there,
		reads: 0,
		async readRawBody() {
			request.reads++;
			request.rawBody = toRead;
		},
	};
	return request;
}
const read = async (request: object) => await rawBody(request as Request);

const FORMS = [
	'multipart/form-data; boundary=x',
	'Multipart/Form-Data',
	' multipart/form-data;boundary=x',
];
const bytes = Buffer.from('{"a": 1}');

describe('rawBody', () => {
	it.each(['application/json', 'text/plain', undefined, 'application/x-www-form-urlencoded'])(
		'gives the bytes that n8n kept of %s, and reads nothing',
		async (type) => {
			const request = requestWith(type, bytes);
			expect(await read(request)).toBe(bytes);
			expect(request.reads).toBe(0);
		},
	);

	it('reads what n8n did not', async () => {
		const request = requestWith('application/octet-stream', undefined, bytes);
		expect(await read(request)).toBe(bytes);
		expect(request.reads).toBe(1);
	});

	it('gives an empty body as it is', async () => {
		expect(await read(requestWith('text/plain', Buffer.alloc(0)))).toEqual(Buffer.alloc(0));
	});

	it('gives nothing where there are no bytes to be had', async () => {
		expect(await read(requestWith('text/plain', undefined, undefined))).toBeUndefined();
		expect(await read(requestWith('text/plain', 'text', 'text'))).toBeUndefined();
		expect(await read({ headers: {} })).toBeUndefined();
	});

	it.each(FORMS)('never reads %s, which would not end', async (type) => {
		const request = requestWith(type, undefined, bytes);
		expect(await read(request)).toBeUndefined();
		expect(request.reads).toBe(0);
	});

	it('reads what only mentions a form', async () => {
		const type = 'application/json; note=multipart/form-data';
		expect(await read(requestWith(type, undefined, bytes))).toBe(bytes);
	});
});

describe('a form upload', () => {
	const body = callbackBody();

	it.each(FORMS)('of %s is answered 400 by the trigger and by a parked node', async (type) => {
		const headers = { ...signed(body), 'content-type': type };
		for (const bodyIsRead of [true, false]) {
			const setup = { body, headers, bodyIsRead };
			const workflowId = 'workflow-of-forms';
			expect(await receiveCallback({ ...setup, workflowId })).toMatchObject({
				status: 400,
				answer: { received: false },
				started: undefined,
			});
			expect(await resumeParked(setup)).toMatchObject({ status: 400, disabled: true });
		}
	});
});

describe('parsedBody', () => {
	const body = { batch_id: 'x' };
	const parsed = (request: object) => parsedBody(request as Request);

	it.each(['utf-8', 'utf8'])('gives what n8n parsed as JSON in %s', (encoding) => {
		expect(parsed({ contentType: 'application/json', encoding, body })).toBe(body);
	});

	it.each([
		{ contentType: 'application/json', encoding: 'latin1', body },
		{ contentType: 'application/json', encoding: 'utf-16le', body },
		{ contentType: 'application/json', body },
		{ contentType: 'application/x-www-form-urlencoded', encoding: 'utf-8', body },
		{ contentType: 'text/plain', encoding: 'utf-8', body: '{}' },
		{ contentType: 'application/json', encoding: 'utf-8' },
		{ contentType: 'application/json', encoding: 'utf-8', body: null },
		{ contentType: 'application/json', encoding: 'utf-8', body: 'text' },
		{},
	])('gives nothing for %j, which Runflow would not send or n8n not parse', (request) => {
		expect(parsed(request)).toBeUndefined();
	});
});
