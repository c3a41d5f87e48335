import type { Duration, Fault, FaultClass } from './fault.ts';
import { baseName, type Call, type CallClass } from './operation.ts';

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

/** Send it again, or give it up at once; `harmless`: nothing that was lost is needed; `-`: cannot happen. */
type Rule = 'repeat' | 'stop' | 'harmless' | '-';

const READS_AND_KEYED = { read: 'repeat', keyed: 'repeat', write: 'repeat' } as const;
// Whatever happens to it, it is asked once, and the node goes on.
const SPARE = { spare: 'harmless' } as const;
const ALL_STOP = { read: 'stop', keyed: 'stop', write: 'stop', once: 'stop' } as const;

/** The policy: what may be sent again after what. */
export const POLICY: Record<FaultClass, Record<CallClass, Rule>> = {
	refusal: { ...ALL_STOP, put: 'stop', file: 'stop', ...SPARE },
	throttling: { ...READS_AND_KEYED, once: 'repeat', put: 'repeat', file: 'repeat', ...SPARE },
	'server failure': { ...READS_AND_KEYED, once: 'stop', put: 'repeat', file: 'repeat', ...SPARE },
	'lost answer': { ...READS_AND_KEYED, once: 'stop', put: 'repeat', file: 'repeat', ...SPARE },
	'broken body': { ...READS_AND_KEYED, once: 'stop', put: 'harmless', file: 'repeat', ...SPARE },
	'unusable answer': { ...READS_AND_KEYED, once: 'stop', put: '-', file: '-', ...SPARE },
	'oversized answer': { ...ALL_STOP, put: 'harmless', file: 'stop', ...SPARE },
	'not reached': { ...READS_AND_KEYED, once: 'repeat', put: 'repeat', file: 'repeat', ...SPARE },
	'not trusted': { ...ALL_STOP, put: 'stop', file: 'stop', ...SPARE },
	'proxy refusal': { ...ALL_STOP, put: 'stop', file: 'stop', ...SPARE },
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
	{
		operation: 'batch: createAndWait',
		call: 'GET batch',
		faults: ['404'],
		once: 'ok',
		always: 'gave up',
		why: 'Reads can be behind creations: a batch that was created a moment ago is asked for again, for a minute',
	},
	...['batch: createAndWait', 'batch: wait'].flatMap((operation): Exception[] => [
		{
			operation,
			call: 'GET batch',
			faults: ['too large'],
			once: 'retried',
			always: 'retried',
			why: 'How far the batch is its items tell as well',
		},
		{
			operation,
			call: 'GET batch',
			faults: ['429 in 10 min'],
			once: 'ok',
			always: 'gave up',
			why: 'Polling asks again in any case, until its time limit',
		},
	]),
	...['batch: createAndWait', 'batch: wait', 'batchItem: getAll', 'media: download'].map(
		(operation): Exception => ({
			operation,
			call: 'GET items',
			faults: ['too large'],
			once: 'retried',
			always: 'gave up',
			why: 'Fewer rows at a time may fit, down to one',
		}),
	),
	...['run: create', 'run: createAndWait'].map((operation): Exception => ({
		operation,
		call: 'POST run',
		faults: [
			'500, work done',
			'504, work done',
			'reset after',
			'slow headers',
			'slow body',
			'endless body',
			'truncated',
			'not JSON',
			'fields missing',
			'too large',
		],
		once: 'retried',
		always: 'retried',
		why: 'The run that was made is found by its client_ref',
	})),
	{
		operation: 'run: getAll',
		call: 'GET runs',
		faults: ['too large'],
		once: 'retried',
		always: 'gave up',
		why: 'Fewer runs at a time may fit, down to one',
	},
	{
		operation: 'run: createAndWait',
		call: 'GET run',
		faults: ['404'],
		once: 'ok',
		always: 'gave up',
		why: 'Runflow may not show yet what was made a moment ago',
	},
	{
		operation: 'run: createAndWait',
		call: 'GET run',
		faults: ['429 in 10 min'],
		once: 'ok',
		always: 'gave up',
		why: 'Polling asks again in any case, until its time limit',
	},
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
	...['batch: create', 'batch: createAndWait', 'run: create', 'run: createAndWait'].map(
		(operation): Exception => ({
			operation,
			call: 'GET model',
			faults: ['400', '422'],
			once: 'retried',
			always: 'retried',
			why: 'A server that does not know the embed is asked without it; rows are sent unchecked otherwise',
		}),
	),
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
	if (call.unless?.includes(fault.class)) return undefined;
	const exception = EXCEPTIONS.find(
		(each) =>
			each.operation === baseName(operation) &&
			each.call === call.name &&
			each.faults.includes(fault.name),
	);
	if (exception) return exception[duration];
	if (rule === 'harmless') return 'ok';
	if (rule === 'stop') return 'error';
	return duration === 'once' ? 'retried' : 'gave up';
}
