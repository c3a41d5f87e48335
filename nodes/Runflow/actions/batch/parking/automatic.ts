import type { IExecuteFunctions } from 'n8n-workflow';

import { showHint } from '../../../host/run/executionHint';
import { canPark } from '../../../host/run/parkedRun';
import { BATCH_LIMITS } from '../../../runflow';
import { readInputMode } from '../input/inputFields';
import { unreachable } from './reachable';

/**
 * For every callback n8n loads the whole parked execution, so that callbacks times rows is what they
 * cost. Up to a thousand rows that is no more than polling costs; measured, see docs/scale.md.
 */
const MOST_ROWS_BY_CALLBACK = 1_000;

/** Whether Automatic waits by callback; where it polls instead, a hint above the output says why. */
export async function isCallbackBetter(context: IExecuteFunctions): Promise<boolean> {
	if (!canPark(context)) {
		showHint(
			context,
			'The node asked Runflow for the results (polling), because this version of n8n parks executions in a way that this package does not know.',
		);
		return false;
	}
	const problem = await unreachable(context);
	if (problem) {
		showHint(
			context,
			`The node asked Runflow for the results (polling), because this n8n's address ${problem.host} exists ${problem.where} only. If you set N8N_WEBHOOK_URL to a public address, the execution is parked instead.`,
		);
		return false;
	}
	const items = context.getInputData().length;
	// How many rows an array holds is not known before it is read.
	const rows = readInputMode(context) === 'jsonArray' ? items * BATCH_LIMITS.items : items;
	if (rows <= MOST_ROWS_BY_CALLBACK) return true;
	showHint(
		context,
		`The node asked Runflow for the results (polling): with more than ${MOST_ROWS_BY_CALLBACK} rows n8n takes callbacks slowly.`,
	);
	return false;
}
