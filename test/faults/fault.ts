import type { FaultRule } from '../emulator/emulator.ts';
import { API_KEY } from '../fakes/node.ts';
import type { Call } from './operation.ts';

/** How long a fault lasts: for the first matching request, or for all of them. */
export type Duration = 'once' | 'always';

/** What kind of failure a fault is, which with the class of the call decides on what follows. */
export type FaultClass =
	| 'refusal'
	| 'throttling'
	| 'server failure'
	| 'lost answer'
	| 'broken body'
	| 'unusable answer'
	| 'oversized answer'
	| 'not reached'
	| 'not trusted'
	| 'proxy refusal';

/** A fault of the emulator's, as it is put before one request. */
export interface Fault {
	name: string;
	class: FaultClass;
	rule: Omit<FaultRule, 'on' | 'times'>;
	durations?: Duration[];
	/** It is noticed by a time limit, so that is short here. */
	slow?: boolean;
	/** Pause that the answer asks for. */
	retryAfterMs?: number;
	/** Where it can happen at all; anywhere when absent. */
	only?: (call: Call) => boolean;
}

/** Larger than any answer that the node reads, and than the file size it allows here. */
const OVERSIZED = 'x'.repeat(65 * 1024 * 1024);
const LONGER_THAN_THE_TEST = 600_000;

// What a server says may repeat the request: none of it may get the key into an error.
const status = (code: number, change: Partial<Fault['rule']> = {}): Fault['rule'] => ({
	kind: 'status',
	status: code,
	body: { code: 'SOME_CODE', message: `Refused: Bearer ${API_KEY}`, errors: null },
	...change,
});

/** What can go wrong with a request that arrives. `elsewhere` is a server of another origin. */
export function faultsOnTheWay(elsewhere: string): Fault[] {
	return [
		...[400, 401, 402, 403, 404, 409, 422].map((code): Fault => ({
			name: String(code),
			class: 'refusal',
			rule: status(code),
		})),
		{
			name: 'redirect',
			class: 'refusal',
			rule: { kind: 'redirect', location: `${elsewhere}/there` },
		},
		{ name: '429', class: 'throttling', rule: status(429) },
		{
			name: '429 in 7 s',
			class: 'throttling',
			rule: status(429, { headers: { 'retry-after': '7' } }),
			retryAfterMs: 7_000,
		},
		{
			name: '429 in 10 min',
			class: 'refusal',
			rule: status(429, { headers: { 'retry-after': '600' } }),
		},
		{ name: '500', class: 'server failure', rule: status(500) },
		{ name: '500, work done', class: 'server failure', rule: status(500, { work: true }) },
		{ name: '502 HTML', class: 'server failure', rule: { kind: 'html-502' } },
		{ name: '503', class: 'server failure', rule: status(503) },
		{
			name: '503 in 7 s',
			class: 'server failure',
			rule: status(503, { headers: { 'retry-after': '7' } }),
			retryAfterMs: 7_000,
		},
		{ name: '504, work done', class: 'server failure', rule: status(504, { work: true }) },
		{ name: 'reset before', class: 'lost answer', rule: { kind: 'reset-before' } },
		{ name: 'reset after', class: 'lost answer', rule: { kind: 'reset-after' } },
		{ name: 'never answers', class: 'lost answer', slow: true, rule: { kind: 'hang' } },
		{
			name: 'slow headers',
			class: 'lost answer',
			slow: true,
			rule: { kind: 'slow-headers', ms: LONGER_THAN_THE_TEST },
		},
		{
			name: 'slow work',
			class: 'lost answer',
			slow: true,
			durations: ['once'],
			only: (call) => call.class === 'keyed',
			rule: { kind: 'slow-work', ms: 1_600 },
		},
		{
			name: 'slow body',
			class: 'broken body',
			slow: true,
			rule: { kind: 'slow-body', ms: LONGER_THAN_THE_TEST },
		},
		{ name: 'endless body', class: 'broken body', slow: true, rule: { kind: 'never-ends' } },
		{ name: 'truncated', class: 'broken body', rule: { kind: 'truncated' } },
		{ name: 'not JSON', class: 'unusable answer', rule: { kind: 'not-json' } },
		{ name: 'error in 200', class: 'unusable answer', rule: { kind: 'error-in-200' } },
		{
			name: 'fields missing',
			class: 'unusable answer',
			only: ({ needs }) => needs !== undefined,
			rule: { kind: 'missing-fields' },
		},
		{
			name: 'too large',
			class: 'oversized answer',
			durations: ['once'],
			rule: { kind: 'status', status: 200, body: OVERSIZED, work: true },
		},
	];
}
