import type { IDataObject } from 'n8n-workflow';

import type { RecordedRequest } from '../emulator/emulator.ts';
import { runAgain, told, type Afterwards } from './aftermath.ts';
import { IMPATIENT_MS, PATIENT_MS, type Cell } from './cell.ts';
import { excess, keyAstray, text } from './checks.ts';
import type { Call, Stage } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { faultsOnTheWay, type Duration, type Fault } from './fault.ts';
import { expectedOutcome, type Outcome } from './policy.ts';
import { rerunsOf, type Rerun } from './rerun.ts';
import { holdingsOf, openStage, quietCell, runNode, type Run } from './stage.ts';

/** One field of the matrix. */
export interface Field {
	operation: string;
	call: string;
	fault: string;
	duration: Duration;
	/** How it was run again where it failed. */
	reruns: Rerun[];
	/** What became of that, in their order; empty where nothing failed. */
	afterwards: Afterwards[];
	expected: Outcome;
	actual: Outcome;
	/** What is wrong; none in a good matrix. */
	problems: string[];
	/** The error as the user reads it. */
	said?: string;
}

/** An undisturbed run: what all others are held against. */
export interface Baseline {
	result: string;
	/** How many requests it made, by the name of the call. */
	hits: Map<string, number>;
	total: number;
	problems: string[];
}

const MOST_TRIES = 5;
/** Requests that another way may take: fresh links, other endpoints. */
const DETOUR = 5;
/** Requests that look for what may be made, four after each try. */
const MOST_SOUGHT = 4 * MOST_TRIES;

/** Runs an operation without any fault; each of its requests must be one of its calls. */
export async function takeBaseline(name: string, receiver: string): Promise<Baseline> {
	const operation = OPERATIONS[name];
	const stage = await openStage(operation, receiver);
	const before = stage.emulator.requests.length;
	const run = await runNode(name, stage, quietCell(stage), { nodeContext: {} });
	const requests = stage.emulator.requests.slice(before);
	const hits = new Map(operation.calls.map((call) => [call.name, hitsOf(call, requests)]));
	const unknown = requests.filter((request) =>
		operation.calls.every((call) => hitsOf(call, [request]) === 0),
	);
	const problems = [
		...('error' in run ? [`undisturbed, it fails: ${text(run.error)}`] : []),
		...('output' in run ? ((await operation.check?.(stage, run.output)) ?? []) : []),
		...unknown.map(({ method, path }) => `a request that is in no row: ${method} ${path}`),
		...[...hits].filter(([, count]) => count === 0).map(([call]) => `never made: ${call}`),
	];
	await stage.emulator.close();
	const result = 'output' in run ? told(name, run.output) : '';
	return { result, hits, total: requests.length, problems };
}

/** The runs under faults of one operation; the work is done when they are called. */
export function fieldsOf(
	name: string,
	baseline: Baseline,
	servers: { receiver: string; elsewhere: string },
): Array<() => Promise<Field>> {
	return OPERATIONS[name].calls.flatMap((call) =>
		faultsOnTheWay(servers.elsewhere).flatMap((fault) =>
			(fault.durations ?? (['once', 'always'] as const)).flatMap((duration) => {
				const expected = expectedOutcome(name, call, fault, duration);
				if (!expected) return [];
				const about = { operation: name, call: call.name, fault: fault.name, duration, expected };
				return rerunsOf(OPERATIONS[name]).map((reruns) => async () => ({
					...about,
					reruns,
					...(await runField({ name, call, fault, duration, expected, reruns, baseline, servers })),
				}));
			}),
		),
	);
}

async function runField({
	name,
	call,
	fault,
	duration,
	expected,
	reruns,
	baseline,
	servers,
}: {
	name: string;
	call: Call;
	fault: Fault;
	duration: Duration;
	expected: Outcome;
	reruns: Rerun[];
	baseline: Baseline;
	servers: { receiver: string };
}): Promise<Pick<Field, 'actual' | 'problems' | 'said' | 'afterwards'>> {
	const operation = OPERATIONS[name];
	const stage = await openStage(operation, servers.receiver);
	const { emulator } = stage;
	const before = await holdingsOf(emulator);
	const first = emulator.requests.length;
	emulator.faults.add({
		...fault.rule,
		on: call.on,
		times: duration === 'once' ? 1 : Infinity,
		skip: call.skip,
		...(call.needs ? { fields: [call.needs] } : {}),
		...(fault.rule.location && call.class === 'file'
			? { location: await detour(stage, fault.rule.location) }
			: {}),
	});
	const cell = quietCell(stage, fault.slow ? { limitMs: impatientWith(call) } : {});
	const nodeContext: IDataObject = {};
	const { expressions } = reruns[0];
	const run = await runNode(name, stage, cell, { nodeContext, expressions });
	const requests = emulator.requests.slice(first);
	const { skip = 0 } = call;
	const hits = hitsOf(call, requests) - skip;
	const expectedHits = (baseline.hits.get(call.name) ?? 1) - skip;
	const actual = outcomeOf(run, hits > 1, requests.length > baseline.total);
	const after = await holdingsOf(emulator);
	emulator.faults.clear();
	const aftermath = await runAgain(name, stage, run, baseline, nodeContext, reruns);
	const problems = [
		...(actual === expected ? [] : [`${actual} where ${expected} is right${saidBy(run)}`]),
		...(hits > MOST_TRIES * (call.polled ? 2 : 1) ? [`asked ${hits} times`] : []),
		...(requests.length >
		baseline.total + (MOST_TRIES - 1) * expectedHits + DETOUR + (call.sought ? MOST_SOUGHT : 0)
			? [`${requests.length} requests`]
			: []),
		...(wellPaused(cell.pauses, fault.retryAfterMs, call)
			? []
			: [`paused ${cell.pauses.join(', ')} ms`]),
		...excess(operation, before, after),
		...keyAstray(emulator),
		...aftermath.problems,
	];
	await emulator.close();
	return {
		actual,
		problems,
		afterwards: aftermath.afterwards,
		...('error' in run ? { said: text(run.error) } : {}),
	};
}

/** Little time for the requests of a call from the first that is spoilt, and enough for all others. */
function impatientWith({ on, skip = 0 }: Call): Cell['limitMs'] {
	let asked = 0;
	return ({ method, url }) => {
		const spoilt = on.test(`${method} ${url.pathname}${url.search}`) && asked++ >= skip;
		return spoilt ? IMPATIENT_MS : PATIENT_MS;
	};
}

/** Whether every pause is as long as Retry-After says, up to a tenth of a second more where others wait too. */
function wellPaused(pauses: number[], retryAfterMs: number | undefined, { sought }: Call): boolean {
	if (retryAfterMs === undefined) return true;
	const asAsked = (ms: number) => ms >= retryAfterMs && ms <= retryAfterMs + 100;
	return sought ? pauses.length === 0 || pauses.some(asAsked) : pauses.every(asAsked);
}

/** What became of a run: `again` tells whether a failed run had more than one try, `more` a good one. */
export function outcomeOf(run: Run, again: boolean, more: boolean): Outcome {
	if ('error' in run) return again ? 'gave up' : 'error';
	return more ? 'retried' : 'ok';
}

export function saidBy(run: Run): string {
	return 'error' in run ? ` (${text(run.error)})` : '';
}

function hitsOf(call: Call, requests: readonly RecordedRequest[]): number {
	return requests.filter(({ method, path }) => call.on.test(`${method} ${path}`)).length;
}

/** An address elsewhere that leads back to the file. */
async function detour({ emulator, ids }: Stage, location: string): Promise<string> {
	const answer = await fetch(`${emulator.url}/v1/batches/${ids.batchId}/items`, {
		headers: { authorization: `Bearer ${emulator.apiKey}` },
	});
	const { items } = (await answer.json()) as {
		items: Array<{ output: { outputs: Array<{ url: string }> } }>;
	};
	return `${location}?back=${encodeURIComponent(items[0].output.outputs[0].url)}`;
}
