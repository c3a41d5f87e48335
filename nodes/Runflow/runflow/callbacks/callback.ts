import { z } from 'zod';

import { isUuid } from '../identifiers';
import { isRecord } from '../records';
import {
	BATCH_EVENTS,
	normalizeStatus,
	terminalStatus,
	type BatchEvent,
	type TerminalStatus,
} from '../states';
import { callbackBody } from './callbackBody';

/**
 * What Runflow posts to a batch's `callback_url`.
 * Source: docs.runflow.io, OpenAPI component BatchCallbackPayload.
 */
export interface BatchCallback {
	event: BatchEvent;
	batch_id: string;
	status: TerminalStatus;
	output: Record<string, unknown> | null;
	duration_ms: number | null;
	created_at: string | null;
	completed_at: string | null;
	metadata: Record<string, unknown> | null;
	[field: string]: unknown;
}

/** Outcome of reading a callback body; `fault` is for a log or an answer and repeats none of the body. */
export type CallbackReading =
	{ valid: true; callback: BatchCallback } | { valid: false; fault: string };

/** An object, or nothing in its place. */
export const objectOrNothing = z.custom<Record<string, unknown>>(isRecord).nullish();

// Only the envelope is read: `output` and `metadata` can be megabytes and pass through uncopied.
const envelopeSchema = z.object({
	event: z.string(),
	batch_id: z.string(),
	status: z.string(),
	output: objectOrNothing,
	duration_ms: z.number().nullish(),
	created_at: z.string().nullish(),
	completed_at: z.string().nullish(),
	metadata: objectOrNothing,
});

/**
 * Reads a callback body whose signature is already verified. Never throws: what is not a batch
 * callback (no UTF-8, no JSON, another shape, a batch id that is no UUID, an event and a status
 * that disagree) is a fault.
 *
 * @param body raw bytes as received
 * @param parsed what a host has already parsed from them as UTF-8, to save parsing them again
 */
export function readCallback(body: Uint8Array, parsed?: object): CallbackReading {
	const reading = callbackBody(body, parsed);
	return 'value' in reading ? toCallback(reading.value) : { valid: false, fault: reading.fault };
}

/** The same from a body that is parsed already. */
export function toCallback(value: unknown): CallbackReading {
	const envelope = envelopeSchema.safeParse(value);
	if (!envelope.success) {
		const fields = envelope.error.issues.map((issue) => issue.path.join('.') || 'body');
		return {
			valid: false,
			fault: `The body is not a batch callback; wrong or missing: ${[...new Set(fields)].join(', ')}.`,
		};
	}
	const { batch_id } = envelope.data;
	if (!isUuid(batch_id)) return { valid: false, fault: 'batch_id is not a UUID.' };
	const status = terminalStatus(envelope.data.status);
	const event = BATCH_EVENTS.find((known) => known === normalizeStatus(envelope.data.event));
	if (!status || event !== `batch.${status}`) {
		return { valid: false, fault: 'event and status do not name the same terminal state.' };
	}
	const { output, duration_ms, created_at, completed_at, metadata } = envelope.data;
	return {
		valid: true,
		callback: {
			...(value as Record<string, unknown>),
			event,
			batch_id,
			status,
			output: output ?? null,
			duration_ms: duration_ms ?? null,
			created_at: created_at ?? null,
			completed_at: completed_at ?? null,
			metadata: metadata ?? null,
		},
	};
}
