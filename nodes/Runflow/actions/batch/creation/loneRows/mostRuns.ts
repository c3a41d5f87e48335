import type { IExecuteFunctions } from 'n8n-workflow';

import { showHint } from '../../../../host/run/executionHint';

/**
 * Every run calls back by itself, and for every callback n8n loads the whole parked execution with all
 * of its rows: what that costs grows with the square of the runs. See docs/scale.md.
 */
const MOST_RUNS_BY_CALLBACK = 20;

/** Whether so many runs may call the execution back; where they are too many, a hint says so. */
export function mayCallBack(context: IExecuteFunctions, runs: number): boolean {
	if (runs <= MOST_RUNS_BY_CALLBACK) return true;
	showHint(
		context,
		`Each of the ${runs} rows ran on its own, and the node asked Runflow for the results (polling): with more than ${MOST_RUNS_BY_CALLBACK} runs n8n handles callbacks slowly.`,
	);
	return false;
}
