import { normalizeStatus, terminalStatus } from '../states';
import type { BatchFacts, BatchRow } from './rows';

/**
 * Words in the codes of failures that another try of the same input would meet again: the input was
 * refused, the credit is used up, the key may not do it, what it names is not there, or somebody
 * cancelled it. Sources: docs.runflow.io, concepts/errors (VALIDATION_ERROR, INSUFFICIENT_CREDIT,
 * UNAUTHORIZED, RUN_NOT_FOUND), and the codes of a 403 in the OpenAPI. The docs do not list the codes
 * of failed rows, so words decide rather than whole codes. MODEL_UNAVAILABLE and RATE_LIMITED pass.
 */
const LASTING =
	/VALIDATION|INVALID|INSUFFICIENT|CREDIT|UNAUTHORI[SZ]ED|PERMISSION|NOT_VERIFIED|MEMBERSHIP|ROLE_UNRESOLVED|READ_ONLY|FORBIDDEN|NOT_FOUND|CONFLICT|CANCEL/;

/**
 * Whether a row of a finished batch, or a finished run, is worth being tried again: it failed, so that
 * it was not paid for, and not for a reason that the next try would meet as well.
 *
 * @param batch what the batch, or the run, says about itself
 */
export function isWorthAnotherTry(row: BatchRow, batch: BatchFacts = {}): boolean {
	if (!terminalStatus(batch.status_code) || !hasFailed(row, batch)) return false;
	const { code, errors } = row.error ?? {};
	// Runflow names fields in `errors` where it refuses the input.
	if (Array.isArray(errors) && errors.length > 0) return false;
	return !(typeof code === 'string' && LASTING.test(code.toUpperCase().replace(/\W/g, '_')));
}

/** A batch that failed as a whole may leave the state of its rows open. */
function hasFailed({ status_code: state }: BatchRow, batch: BatchFacts): boolean {
	if (state === 'failed') return true;
	const asWhole = normalizeStatus(batch.status_code ?? '') === 'failed' && !batch.items_succeeded;
	return state === 'unknown' && asWhole;
}
