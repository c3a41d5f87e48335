import { costText } from '../batches/cost';
import { mediaUrls } from '../batches/outputs';
import type { FullRow } from '../batches/rows';
import { isRecord } from '../records';
import { terminalStatus } from '../states';
import { labelOf } from './ownRef';
import { endedRun, runState, type Run } from './runSchema';

/**
 * A run as a row: what became of one input, in the shape that rows of batches have, with everything
 * else that Runflow says about it beside.
 *
 * @param label the person's own label, where the run may not tell it
 */
export function runRow(told: Run, label?: string): FullRow {
	const run = endedRun(told);
	const state = runState(run);
	const error = errorOf(run, state);
	const output = error !== null && error === run.output ? null : (run.output ?? null);
	return {
		...run,
		status_code: state,
		output,
		urls: mediaUrls(output),
		error,
		id: run.id,
		run_id: run.id,
		batch_id: run.batch_id ?? null,
		sequence_index: null,
		client_ref: label ?? labelOf(run),
		cost: costText(run.cost),
	};
}

function errorOf(run: Run, state: string): FullRow['error'] {
	const { error, output, failure_code: code, failure_message: message } = run;
	if (state === 'succeeded' || !terminalStatus(state)) return null;
	if (isRecord(error)) return error;
	if (error) return { message: typeof error === 'string' ? error : JSON.stringify(error) };
	if (message || code) return { ...(code ? { code } : {}), message: message || code };
	if (state === 'partial_succeeded') return { message: 'The run succeeded only in part' };
	if (state === 'cancelled') return { message: 'The row was cancelled' };
	// In callbacks the output of a failed run is its error.
	return isRecord(output) ? output : { message: 'The model failed on this row' };
}
