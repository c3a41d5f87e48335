import { z } from 'zod';

import { isUuid } from '../identifiers';
import { parseJson } from '../json';
import { isRecord } from '../records';
import {
	BATCH_EVENTS,
	normalizeStatus,
	terminalStatus,
	type BatchEvent,
	type TerminalStatus,
} from '../states';

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

const objectOrNothing = z.custom<Record<string, unknown>>(isRecord).nullish();

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

// Python, which writes the callbacks, stops near 1,000 levels; past some thousand n8n cannot store them.
const DEEPEST = 1_000;

/**
 * Reads a callback body whose signature is already verified. Never throws: what is not a batch
 * callback (no UTF-8, no JSON, another shape, a batch id that is no UUID, an event and a status
 * that disagree) is a fault.
 *
 * @param body raw bytes as received
 * @param parsed what a host has already parsed from them as UTF-8, to save parsing them again
 */
export function readCallback(body: Uint8Array, parsed?: object): CallbackReading {
	const text = textOf(body);
	const value = text === undefined ? undefined : (parsed ?? parseJson(text));
	if (value === undefined) return { valid: false, fault: 'The body is not JSON in UTF-8.' };
	if (nestsDeeperThan(DEEPEST, value)) return { valid: false, fault: 'The body nests too deeply.' };
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

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text that bytes are in UTF-8; `undefined` where they are none. */
function textOf(body: Uint8Array): string | undefined {
	try {
		return utf8.decode(body);
	} catch {
		return undefined;
	}
}

/** Whether a value nests deeper than that. Not recursive: it is for what would exhaust the stack. */
function nestsDeeperThan(levels: number, value: unknown): boolean {
	let level = [value];
	for (let depth = 0; level.length > 0; depth++) {
		if (depth > levels) return true;
		const next: unknown[] = [];
		for (const parent of level) {
			if (typeof parent !== 'object' || parent === null) continue;
			for (const child of Array.isArray(parent) ? parent : Object.values(parent)) {
				if (typeof child === 'object' && child !== null) next.push(child);
			}
		}
		level = next;
	}
	return false;
}
