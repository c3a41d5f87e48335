import { advise } from '../../../../../nodes/Runflow/host/errors/advice.ts';
import {
	EgressRefusedError,
	IdempotencyConflictError,
	MaybeDoneError,
	RequestCancelledError,
	RunflowAnswerError,
	RunflowApiError,
	RunflowConnectionError,
	type ConnectionFailure,
} from '../../../../../nodes/Runflow/runflow/index.ts';

const answered = (status: number, code = 'SOME_CODE', message = 'said so') =>
	new RunflowApiError(status, { code, message }, { requestId: 'req-5' });

describe('advise', () => {
	it.each<[number, string, RegExp, RegExp]>([
		[401, 'UNAUTHORIZED', /does not accept the API key/, /API Key in the credential/],
		[402, 'INSUFFICIENT_CREDIT', /balance does not cover/, /does not start/],
		[402, 'INSUFFICIENT_CREDITS', /balance does not cover/, /Top it up/],
		[403, 'PERMISSION_DENIED', /PERMISSION_DENIED/, /missing scope/],
		[403, 'EMAIL_NOT_VERIFIED', /EMAIL_NOT_VERIFIED/, /Verify the e-mail/],
		[403, 'ORGANIZATION_MEMBERSHIP_REQUIRED', /MEMBERSHIP/, /Organization ID/],
		[403, 'ROLE_UNRESOLVED', /ROLE_UNRESOLVED/, /administrator/],
		[403, 'IMPERSONATION_READ_ONLY', /READ_ONLY/, /your own key/],
		[403, 'NEW_REASON', /NEW_REASON/, /may not do this/],
		[404, 'NOT_FOUND', /does not know this \(said so\), or/, /Organization ID/],
		[409, 'CONFLICT', /conflict: said so/, /current state/],
		[422, 'validation_error', /does not accept the input: said so/, /Correct the named/],
		[429, 'RATE_LIMITED', /too many requests/, /Try later/],
		[500, 'INTERNAL', /HTTP 500/, /Retry On Fail/],
		[503, 'MODEL_UNAVAILABLE', /HTTP 503/, /Try later/],
		[405, 'METHOD', /HTTP 405/, /said so/],
	])(
		'puts %d %s into words, with what Runflow said and its request',
		(status, code, message, description) => {
			const advice = advise(answered(status, code));
			expect(advice.message).toMatch(message);
			expect(advice.description).toMatch(description);
			expect(advice.message + advice.description).toContain('said so');
			expect(advice.description).toContain('(Runflow request req-5)');
		},
	);

	it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'get', ''])(
		'takes the code %j of a 403 for an unknown one',
		(code) => {
			const { message, description } = advise(answered(403, code));
			expect(message).toBe(`Runflow refuses this (${code})`);
			expect(description).toBe(
				'The API key may not do this. Runflow says: said so (Runflow request req-5)',
			);
		},
	);

	it('names the fields of a 422 with their paths, five at the most', () => {
		const errors = Array.from({ length: 7 }, (_, index) => ({
			loc: ['body', 'input', index, 'prompt'],
			msg: 'Field required',
		}));
		const { message } = advise(new RunflowApiError(422, { code: 'x', message: 'm', errors }));
		expect(message).toContain('input.0.prompt: Field required; input.1.prompt: Field required');
		expect(message).toContain('input.4.prompt');
		expect(message).not.toContain('input.5.prompt');
	});

	it('names what a 404 did not find', () => {
		const path = 'batches/3c90c3cc-0d44-4b50-8888-8dd25736052a';
		const error = new RunflowApiError(404, { code: 'NOT_FOUND', message: 'no.' }, { path });
		expect(advise(error).message).toBe(
			`Runflow does not know '${path}' (no), or it belongs to another organization`,
		);
	});

	it.each(['models/acme/upscale', 'models/acme/upscale/batches', 'models/acme/upscale/runs'])(
		'names the model that a 404 did not find: %s',
		(path) => {
			const error = new RunflowApiError(404, { code: 'NOT_FOUND', message: 'no.' }, { path });
			expect(advise(error).message).toBe(
				"Runflow does not know the model 'acme/upscale' (no), or it belongs to another organization",
			);
		},
	);

	it('says of a redirect why it is not followed', () => {
		const advice = advise(answered(302));
		expect(advice.message).toContain('HTTP 302');
		expect(advice.description).toContain('Redirects are not followed');
	});

	it('warns of a repeat where the work may be done and would be done twice', () => {
		const error = new RunflowApiError(503, undefined, { requestId: 'req-5' });
		const { description } = advise(new MaybeDoneError(error));
		expect(description).toContain('Check in Runflow before you run this again');
		expect(description).toContain('(Runflow request req-5)');
		expect(description).not.toContain('turn on');
	});

	it('says of a key that Runflow has already only what is known', () => {
		const { message, description } = advise(new IdempotencyConflictError(answered(409)));
		expect(message).toMatch(
			/Either it belongs to different content, or Runflow is still working on the/,
		);
		expect(description).toMatch(/not known whether a batch was created/);
		expect(description).toMatch(/said so \(Runflow request req-5\)$/);
	});

	it('speaks of keys only where one was sent', () => {
		expect(JSON.stringify(advise(answered(409)))).not.toMatch(/Idempotency|batch/);
	});

	it('says when to try again after a 429', () => {
		const error = new RunflowApiError(429, undefined, { retryAfterMs: 150_200 });
		expect(advise(error).description).toContain('wait 151 seconds');
		expect(advise(answered(429)).description).not.toContain('seconds');
	});

	it.each<[ConnectionFailure, RegExp]>([
		['nameUnknown', /could not be resolved/],
		['nameNotResolved', /could not be resolved/],
		['refused', /Nothing answers at this address/],
		['unreachable', /cannot reach this address/],
		['connectTimeout', /No answer came in time/],
		['proxyRefused', /proxy that n8n uses/],
		['proxyFailed', /proxy that n8n uses/],
		['noTls', /did not answer with TLS/],
		['untrusted', /TLS certificate/],
		['unsendable', /fields of the node/],
		['lost', /connection was lost/],
		['timeout', /No answer came in time/],
		['tooLarge', /larger than/],
		['protocol', /does not speak HTTP/],
	])('explains the connection failure %s', (kind, description) => {
		const code = 'ECODE';
		const error = new RunflowConnectionError(kind, 'api.runflow.test', { code });
		const advice = advise(error);
		expect(advice.message).toBe('The connection to api.runflow.test failed');
		expect(advice.description).toMatch(description);
		expect(advice.description).toContain(`(${code})`);
	});

	it('explains the rest', () => {
		expect(advise(new RunflowAnswerError('it is not JSON', 200, 'req-6'))).toEqual({
			message: "Runflow's answer cannot be used: it is not JSON",
			description: expect.stringMatching(/Base URL.*req-6/),
		});
		expect(advise(new EgressRefusedError('not allowed'))).toEqual({
			message: 'not allowed',
			description: 'Nothing was sent.',
		});
		expect(advise(new RequestCancelledError()).message).toBe('The execution was cancelled');
		expect(advise(new TypeError('a bug')).message).toBe('a bug');
		expect(advise('just text').message).toBe('just text');
	});
});
