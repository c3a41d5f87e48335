import { z } from 'zod';

import type { Api } from '../http/api';
import { isUuid } from '../identifiers';
import { isRecord } from '../records';
import { getRun } from '../runs/runs';
import { endedRun, runState } from '../runs/runSchema';
import { normalizeStatus, terminalStatus, type TerminalStatus } from '../states';
import { objectOrNothing, toCallback, type BatchCallback } from './callback';
import { callbackBody } from './callbackBody';

/** The events of a run's callback, one for each terminal state. */
export const RUN_EVENTS = [
	'run.completed',
	'run.failed',
	'run.cancelled',
	'run.partial_succeeded',
] as const;
type RunEvent = (typeof RUN_EVENTS)[number];

/** What Runflow posts to a run's `callback_url`. Source: docs.runflow.io, concepts/callbacks. */
export interface RunCallback {
	event: RunEvent;
	run_id: string;
	/** In the words of batches: `succeeded` where the event says `completed`. */
	status: TerminalStatus;
	/** The model's output; of a run that failed its error. */
	output: unknown;
	duration_ms: number | null;
	created_at: string | null;
	completed_at: string | null;
	metadata: Record<string, unknown> | null;
	[field: string]: unknown;
}

export type AnyCallback = BatchCallback | RunCallback;

export function isRunCallback(callback: AnyCallback): callback is RunCallback {
	return callback.event.startsWith('run.');
}

const envelopeSchema = z.object({
	event: z.string(),
	run_id: z.string(),
	status: z.string(),
	output: z.unknown(),
	duration_ms: z.number().nullish(),
	created_at: z.string().nullish(),
	completed_at: z.string().nullish(),
	metadata: objectOrNothing,
});

type Reading = { valid: true; callback: AnyCallback } | { valid: false; fault: string };

/** Reads the body of a batch's callback or of a run's, as `readCallback` does. */
export function readAnyCallback(body: Uint8Array, parsed?: object): Reading {
	const reading = callbackBody(body, parsed);
	if ('fault' in reading) return { valid: false, fault: reading.fault };
	const { value } = reading;
	return isOfRun(value) ? toRunCallback(value) : toCallback(value);
}

function isOfRun(value: unknown): value is Record<string, unknown> {
	return isRecord(value) && typeof value.event === 'string' && value.event.startsWith('run.');
}

/**
 * A finished run in the shape of its callback; `undefined` while it is still going.
 *
 * @throws what `getRun` throws
 */
export async function readFinishedRun(api: Api, runId: string): Promise<RunCallback | undefined> {
	const run = endedRun(await getRun(api, runId));
	const status = terminalStatus(runState(run));
	if (!status) return undefined;
	const { id, duration_ms = null, created_at = null, completed_at = null, metadata = null } = run;
	const failure = run.failure_message ?? run.failure_code;
	const error = failure ? { code: run.failure_code ?? null, message: failure } : null;
	return {
		event: eventOf(status),
		run_id: id,
		status,
		output: run.output ?? error,
		duration_ms,
		created_at,
		completed_at,
		metadata,
	};
}

function toRunCallback(value: Record<string, unknown>): Reading {
	const envelope = envelopeSchema.safeParse(value);
	if (!envelope.success) {
		const fields = envelope.error.issues.map((issue) => issue.path.join('.'));
		return {
			valid: false,
			fault: `The body is not a run callback; wrong or missing: ${[...new Set(fields)].join(', ')}.`,
		};
	}
	const { run_id, output, duration_ms, created_at, completed_at, metadata } = envelope.data;
	if (!isUuid(run_id)) return { valid: false, fault: 'run_id is not a UUID.' };
	const status = terminalStatus(runState(envelope.data));
	const event = normalizeStatus(envelope.data.event);
	if (!status || event !== eventOf(status)) {
		return { valid: false, fault: 'event and status do not name the same terminal state.' };
	}
	return {
		valid: true,
		callback: {
			...value,
			event: eventOf(status),
			run_id,
			status,
			output: output ?? null,
			duration_ms: duration_ms ?? null,
			created_at: created_at ?? null,
			completed_at: completed_at ?? null,
			metadata: metadata ?? null,
		},
	};
}

function eventOf(status: TerminalStatus): RunEvent {
	return status === 'succeeded' ? 'run.completed' : `run.${status}`;
}
