import {
	EgressRefusedError,
	RequestCancelledError,
	RunflowAnswerError,
	RunflowApiError,
	RunflowConnectionError,
	RunflowError,
} from '../../../../../nodes/Runflow/runflow/http/errors.ts';

const refusal = (errors: Array<Record<string, unknown>> | null) =>
	new RunflowApiError(422, { code: 'validation_error', message: 'Validation failed', errors });

describe('RunflowApiError', () => {
	it("says Runflow's message, or the status where there is none", () => {
		expect(refusal(null).message).toBe('Validation failed');
		expect(new RunflowApiError(502, undefined).message).toBe(
			'Runflow answered with HTTP status 502',
		);
		expect(new RunflowApiError(500, { code: 'X', message: '' }).message).toBe(
			'Runflow answered with HTTP status 500',
		);
	});

	it('keeps status, code, request id and the time to wait', () => {
		const error = new RunflowApiError(
			429,
			{ code: 'RATE_LIMITED', message: 'Slow down', error_type: 'rate' },
			{ requestId: 'req-1', retryAfterMs: 5_000 },
		);
		expect(error).toMatchObject({
			name: 'RunflowApiError',
			status: 429,
			code: 'RATE_LIMITED',
			errorType: 'rate',
			requestId: 'req-1',
			retryAfterMs: 5_000,
			fieldErrors: [],
		});
	});

	it.each<[Record<string, unknown>, object]>([
		[
			{ loc: ['body', 'input', 3, 'prompt'], msg: 'Field required', type: 'missing' },
			{ path: 'input.3.prompt', message: 'Field required', type: 'missing' },
		],
		[
			{ path: 'input.0', message: 'is too long' },
			{ path: 'input.0', message: 'is too long' },
		],
		[
			{ field: 'callback_url', detail: 'bad' },
			{ path: 'callback_url', message: 'bad' },
		],
		[
			{ error_path: ['metadata'], error_message: 'no', error_type: 'conflict', type: 'other' },
			{ path: 'metadata', message: 'no', type: 'conflict' },
		],
		[{ message: 'only text' }, { path: '', message: 'only text' }],
		[{}, { path: '', message: 'is not valid' }],
		[
			{ msg: { deep: 1 }, type: 7 },
			{ path: '', message: 'is not valid' },
		],
	])('reads the field error %j', (entry, expected) => {
		expect(refusal([entry]).fieldErrors).toEqual([expected]);
	});
});

describe('the other errors', () => {
	it('are told apart by class and name', () => {
		const errors = [
			new RunflowConnectionError('lost', 'api.runflow.test', { code: 'ECONNRESET' }),
			new RunflowAnswerError('it is not JSON', 200, 'req-2'),
			new EgressRefusedError('not allowed'),
			new RequestCancelledError(),
		];
		expect(errors.map((error) => [error.name, error.message])).toEqual([
			['RunflowConnectionError', 'The connection to api.runflow.test failed (ECONNRESET)'],
			['RunflowAnswerError', "Runflow's answer cannot be used: it is not JSON"],
			['EgressRefusedError', 'not allowed'],
			['RequestCancelledError', 'The request was cancelled'],
		]);
		for (const error of errors) expect(error).toBeInstanceOf(RunflowError);
		expect(errors[1].requestId).toBe('req-2');
	});
});
