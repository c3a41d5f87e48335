import type { IExecuteFunctions } from 'n8n-workflow';

import { canPark } from '../../../host/run/parkedRun';
import { BATCH_LIMITS } from '../../../runflow';
import type { Shape } from '../creation/carryOut/planAndSend';
import { readInputMode } from '../input/inputFields';
import { unreachable } from './reachable';

/**
 * For every callback n8n loads the whole parked execution, so that callbacks times rows is what they
 * cost. Up to a thousand rows that is no more than polling costs; measured, see docs/scale.md.
 */
const MOST_ROWS_BY_CALLBACK = 1_000;

/** Why Automatic does not wait by callback, in words for the output panel; `undefined` where it does. */
export async function whyNotByCallback(
	context: IExecuteFunctions,
	shape: Shape,
): Promise<string | undefined> {
	if (!canPark(context)) {
		return 'The node asked Runflow for the results (polling), because this version of n8n parks executions in a way that this package does not know.';
	}
	const problem = await unreachable(context);
	if (problem) {
		return `The node asked Runflow for the results (polling), because this n8n's address ${problem.host} exists ${problem.where} only. If you set N8N_WEBHOOK_URL to a public address, the execution is parked instead.`;
	}
	// Of runs that are too many the creation says so itself.
	if (shape === 'runs') return undefined;
	const items = context.getInputData().length;
	// How many rows an array holds is not known before it is read.
	const rows = readInputMode(context) === 'jsonArray' ? items * BATCH_LIMITS.items : items;
	if (rows <= MOST_ROWS_BY_CALLBACK) return undefined;
	return `The node asked Runflow for the results (polling): with more than ${MOST_ROWS_BY_CALLBACK} rows n8n handles callbacks slowly.`;
}
