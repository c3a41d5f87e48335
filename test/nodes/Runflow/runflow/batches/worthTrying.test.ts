import {
	isWorthAnotherTry,
	type BatchFacts,
	type BatchRow,
} from '../../../../../nodes/Runflow/runflow/index.ts';

const row = (status_code: string, error: object | null = { message: 'x' }) =>
	({ status_code, error }) as BatchRow;
const partly: BatchFacts = { status_code: 'partial_succeeded', items_succeeded: 1 };
const withCode = (code: string) => row('failed', { code, message: 'x' });

describe('a row is worth another try', () => {
	it.each<[string, BatchRow, BatchFacts]>([
		['no code', row('failed'), partly],
		['a code of the model', withCode('MODEL_ERROR'), partly],
		['a model that is away', withCode('MODEL_UNAVAILABLE'), partly],
		['too many requests', withCode('RATE_LIMITED'), partly],
		['a code that nobody knows', withCode('gpu lost'), partly],
		['no state, of a batch that failed as a whole', row('unknown'), { status_code: 'failed' }],
	])('that failed with %s', (_, failed, batch) => {
		expect(isWorthAnotherTry(failed, batch)).toBe(true);
	});
});

describe('a row is not worth another try', () => {
	it.each<[string, BatchRow, BatchFacts]>([
		['succeeded', row('succeeded', null), partly],
		['was cancelled', row('cancelled'), partly],
		['is in a state that nobody knows', row('expired'), partly],
		['may have been paid for', row('unknown'), { status_code: 'failed', items_succeeded: 1 }],
		['is in a batch that is not finished', row('failed'), { status_code: 'running' }],
		['names fields', row('failed', { errors: [{ loc: ['input', 'a'] }] }), partly],
		...[
			'VALIDATION_ERROR',
			'validation-error',
			'INVALID_INPUT',
			'INSUFFICIENT_CREDIT',
			'INSUFFICIENT_CREDITS',
			'UNAUTHORIZED',
			'PERMISSION_DENIED',
			'EMAIL_NOT_VERIFIED',
			'ORGANIZATION_MEMBERSHIP_REQUIRED',
			'ROLE_UNRESOLVED',
			'IMPERSONATION_READ_ONLY',
			'RUN_NOT_FOUND',
			'CANCELED',
		].map((code): [string, BatchRow, BatchFacts] => [
			`failed with ${code}`,
			withCode(code),
			partly,
		]),
	])('that %s', (_, finished, batch) => {
		expect(isWorthAnotherTry(finished, batch)).toBe(false);
	});
});
