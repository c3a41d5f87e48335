import { z } from 'zod';

import { count, record, text } from '../http/answerFields';
import { normalizeStatus, terminalStatus } from '../states';

/**
 * A run, as its creation and GET /v1/runs[/{id}] answer. Of what was paid for only the id is required.
 * Source: docs.runflow.io, create-and-dispatch-a-singleton-model-run, get-run.
 */
export const runSchema = z
	.object({
		id: z.string(),
		status_code: text,
		// One page of the docs names the state of a failed run like this.
		status: text,
		batch_id: text,
		client_ref: text,
		callback_url: text,
		input: z.unknown(),
		output: z.unknown(),
		error: z.unknown(),
		cost: z.union([z.string(), z.number()]).nullish(),
		metadata: record,
		duration_ms: count,
		failure_code: text,
		failure_message: text,
		failure_stage_code: text,
		created_at: text,
		started_at: text,
		completed_at: text,
	})
	.passthrough();
export type Run = z.infer<typeof runSchema>;

// States that clients in the wild know beside those of the docs.
const OTHER_NAMES = new Map([
	['completed', 'succeeded'],
	['errored', 'failed'],
	['timeout', 'failed'],
]);

/** The state of a run in the words that batches use for theirs; `unknown` where Runflow tells none. */
export function runState({
	status_code: code,
	status,
}: Pick<Run, 'status_code' | 'status'>): string {
	const state = normalizeStatus(code ?? status ?? 'unknown');
	return OTHER_NAMES.get(state) ?? state;
}

const UNDER_WAY = ['queued', 'dispatching', 'running', 'pending', 'processing'];

/**
 * The run itself, unless it has ended in a state that is not known here: that counts as failed, since
 * there is nothing left to wait for. Whether it was paid for is not known.
 */
export function endedRun(run: Run): Run {
	const state = runState(run);
	const isOver = run.completed_at && !terminalStatus(state) && !UNDER_WAY.includes(state);
	if (!isOver) return run;
	const said = [`The run ended in the state '${state}'`, run.failure_message].filter(Boolean);
	return { ...run, status_code: 'failed', failure_message: said.join('. ') };
}
