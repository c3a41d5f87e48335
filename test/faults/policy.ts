import type { FaultRule } from '../emulator/emulator.ts';
import { API_KEY } from '../fakes/node.ts';
import type { Call, CallClass } from './operations.ts';

/** What becomes of a run. */
export type Outcome =
	/** The undisturbed result, without another request. */
	| 'ok'
	/** The undisturbed result, after asking again. */
	| 'retried'
	/** One clear error, after one request. */
	| 'error'
	/** One clear error, after every permitted try. */
	| 'gave up';

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

/** Send it again, or give it up at once; `harmless`: nothing that was lost is needed; `-`: cannot happen. */
type Rule = 'repeat' | 'stop' | 'harmless' | '-';

const READS_AND_KEYED = { read: 'repeat', keyed: 'repeat', write: 'repeat' } as const;
const ALL_STOP = { read: 'stop', keyed: 'stop', write: 'stop', once: 'stop' } as const;

/** The policy: what may be sent again after what. */
export const POLICY: Record<FaultClass, Record<CallClass, Rule>> = {
	refusal: { ...ALL_STOP, put: 'stop', file: 'stop' },
	throttling: { ...READS_AND_KEYED, once: 'repeat', put: 'repeat', file: 'repeat' },
	'server failure': { ...READS_AND_KEYED, once: 'stop', put: 'repeat', file: 'repeat' },
	'lost answer': { ...READS_AND_KEYED, once: 'stop', put: 'repeat', file: 'repeat' },
	'broken body': { ...READS_AND_KEYED, once: 'stop', put: 'harmless', file: 'repeat' },
	'unusable answer': { ...READS_AND_KEYED, once: 'stop', put: '-', file: '-' },
	'oversized answer': { ...ALL_STOP, put: 'harmless', file: 'stop' },
	'not reached': { ...READS_AND_KEYED, once: 'repeat', put: 'repeat', file: 'repeat' },
	'not trusted': { ...ALL_STOP, put: 'stop', file: 'stop' },
	'proxy refusal': { ...ALL_STOP, put: 'stop', file: 'stop' },
};

/** Why each class is treated as it is. */
export const REASONS: Record<FaultClass, string> = {
	refusal: 'The answer would be the same; redirects are not followed, so that the key stays here',
	throttling: 'Nothing was done yet, so even a once-only POST may go again',
	'server failure': 'It may have been done; safe to repeat only where a repeat does no more',
	'lost answer': 'The same: the work may be done',
	'broken body': 'The same; what answers a PUT is not read',
	'unusable answer': 'The same; a file may hold anything, and what answers a PUT is not read',
	'oversized answer': 'The next one would be as large',
	'not reached': 'Nothing was sent, so even a once-only POST may go again',
	'not trusted':
		'A certificate, a missing name or a server without TLS does not mend itself in seconds',
	'proxy refusal': 'Nothing was sent, and the proxy would say the same again',
};

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

/** Where the node knows more than the policy: another way to what was asked for. */
export interface Exception {
	operation: string;
	call: string;
	faults: string[];
	once: Outcome;
	always: Outcome;
	why: string;
}

export const EXCEPTIONS: Exception[] = [
	...['batch: createAndWait', 'batch: wait'].flatMap((operation): Exception[] => [
		{
			operation,
			call: 'GET batch',
			faults: ['too large'],
			once: 'ok',
			always: 'gave up',
			why: 'Polling asks again in any case, until its time limit',
		},
		{
			operation,
			call: 'GET batch',
			faults: ['429 in 10 min'],
			once: 'ok',
			always: 'gave up',
			why: 'The same',
		},
	]),
	{
		operation: 'media: download',
		call: 'GET file',
		faults: ['400', '401', '403', '404'],
		once: 'retried',
		always: 'gave up',
		why: 'The link may have expired: the row is read again for a fresh one, once',
	},
	{
		operation: 'media: download',
		call: 'GET file',
		faults: ['redirect'],
		once: 'retried',
		always: 'gave up',
		why: 'Links carry no key and may be redirected, 5 times at the most',
	},
	{
		operation: 'media: upload',
		call: 'PUT bytes',
		faults: ['403'],
		once: 'retried',
		always: 'gave up',
		why: 'The presigned address may have expired: the upload begins anew, twice at the most',
	},
	{
		operation: 'model: get',
		call: 'GET model',
		faults: ['400', '422'],
		once: 'retried',
		always: 'gave up',
		why: 'A server that does not know the embed is asked without it',
	},
	{
		operation: 'model: getAll',
		call: 'GET models',
		faults: ['400', '422'],
		once: 'retried',
		always: 'gave up',
		why: 'The same',
	},
	{
		operation: 'model: getAll',
		call: 'GET models',
		faults: ['403'],
		once: 'retried',
		always: 'retried',
		why: 'A key without the right to search reads the public models',
	},
];

/** What is to become of a run; `undefined` where the fault cannot happen. */
export function expectedOutcome(
	operation: string,
	call: Call,
	fault: Pick<Fault, 'name' | 'class' | 'only'>,
	duration: Duration,
): Outcome | undefined {
	const rule = POLICY[fault.class][call.class];
	if (rule === '-' || fault.only?.(call) === false) return undefined;
	const exception = EXCEPTIONS.find(
		(each) =>
			each.operation === operation && each.call === call.name && each.faults.includes(fault.name),
	);
	if (exception) return exception[duration];
	if (rule === 'harmless') return 'ok';
	if (rule === 'stop') return 'error';
	return duration === 'once' ? 'retried' : 'gave up';
}
