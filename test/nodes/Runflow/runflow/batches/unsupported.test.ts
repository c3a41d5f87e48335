import { isBatchUnsupported } from '../../../../../nodes/Runflow/runflow/batches/unsupported.ts';
import { RunflowApiError } from '../../../../../nodes/Runflow/runflow/http/errors.ts';

const error = (status: number, message: string, errors: object[] = []) =>
	new RunflowApiError(status, { code: 'VALIDATION_ERROR', message, errors: errors as [] });
const atFault = (loc: unknown, msg: string) => error(422, 'Validation failed', [{ loc, msg }]);

describe('isBatchUnsupported', () => {
	it.each([
		error(422, 'This model does not support batches'),
		error(422, "Model 'acme/more-keys' doesn't support batches"),
		error(422, 'Model is not batch-capable'),
		error(422, 'No BATCH binding for this model'),
		error(422, 'Only binding-capable (template-backed) models support batches today'),
		error(422, 'Batches are unsupported for per-provider models'),
		error(422, 'Batch not supported', [{ msg: 'no' }]),
		atFault(undefined, 'The model supports no batches'),
		atFault(['body'], 'The model does not support batches'),
		atFault(['path', 'slug'], 'batch is not supported'),
		atFault(['path', 'owner'], 'batch is not supported'),
		atFault('model', 'batch is not supported'),
	])('sees it in $message $fieldErrors', (failure) => {
		expect(isBatchUnsupported(failure)).toBe(true);
	});

	it.each([
		error(400, 'This model does not support batches'),
		error(404, 'This model does not support batches'),
		error(422, 'The batch is too large'),
		error(422, 'This format is not supported'),
		error(422, 'This model supports batches of up to 50 items'),
		error(422, 'The model does not support batches of more than 50'),
		error(422, 'Batches are only supported with one format of image'),
		error(422, 'Your plan does not support batches'),
		error(422, 'The scheme of a batch callback_url is not supported'),
		error(422, 'Batch not supported', [{ loc: ['body', 'input', 3, 'mode'], msg: 'no' }]),
		atFault(['body', 'callback_url'], 'The scheme of a batch is not supported'),
		atFault(['body', 'metadata'], 'not supported in a batch'),
		atFault(['header', 'idempotency-key'], 'not supported for a batch'),
		error(422, 'Invalid', [
			{ loc: ['path', 'slug'], msg: 'batch is not supported' },
			{ loc: ['body', 'input'], msg: 'too long' },
		]),
		new Error('This model does not support batches'),
		undefined,
	])('does not see it in %p', (failure) => {
		expect(isBatchUnsupported(failure)).toBe(false);
	});
});
