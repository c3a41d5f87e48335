import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { comparable, errorProblems, text } from './checks.ts';
import type { Stage } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { executionOf, type Rerun } from './rerun.ts';
import { quietCell, runNode, type Run, type Way } from './stage.ts';

/** What became of running again. */
export type Afterwards = 'result' | 'conflict' | 'wrong';

/**
 * What is wrong with a run and with those that follow it where it failed: the error must be a good
 * one, and further runs come to the undisturbed result and to no second batch or run. Where n8n was killed
 * and an expression has changed since, a conflict with the batch that exists is right as well.
 */
export async function runAgain(
	name: string,
	stage: Stage,
	run: Run,
	baseline: { result: string },
	nodeContext: IDataObject,
	reruns: Rerun[],
	way: Way = {},
): Promise<{ problems: string[]; afterwards: Afterwards[] }> {
	const operation = OPERATIONS[name];
	if ('output' in run) {
		const problems = [
			...(told(name, run.output) === baseline.result ? [] : ['the result differs']),
			...((await operation.check?.(stage, run.output)) ?? []),
			...paidOnce(name, stage, true),
		];
		return { problems, afterwards: [] };
	}
	const problems = errorProblems(run.error);
	if (operation.calls[0].class === 'once') return { problems, afterwards: [] };
	const afterwards: Afterwards[] = [];
	for (const { again, expressions } of reruns) {
		const execution = executionOf(again, nodeContext);
		const next = await runNode(name, stage, quietCell(stage), { ...execution, expressions, way });
		const wrong = [
			...unlike(name, next, baseline, again, expressions),
			...paidOnce(name, stage, 'output' in next),
		];
		problems.push(...wrong.map((problem) => `${again}, ${expressions}: ${problem}`));
		afterwards.push(wrong.length > 0 ? 'wrong' : 'output' in next ? 'result' : 'conflict');
	}
	return { problems, afterwards };
}

function unlike(
	name: string,
	next: Run,
	baseline: { result: string },
	again: Rerun['again'],
	expressions: Rerun['expressions'],
): string[] {
	if ('output' in next) {
		return told(name, next.output) === baseline.result ? [] : ['the result differs'];
	}
	const mayConflict = again === 'killed, then Retry' && expressions === 'changing';
	return mayConflict && /Idempotency Key already/.test(text(next.error))
		? errorProblems(next.error)
		: [`it fails: ${text(next.error)}`];
}

function paidOnce(name: string, { emulator }: Stage, isComplete: boolean): string[] {
	const { batches, runs } = OPERATIONS[name].leaves ?? {};
	const most = batches ?? runs;
	if (!most) return [];
	const made = batches ? emulator.batches.size : emulator.runs.size;
	const charges = emulator.charges.length;
	const isRight = isComplete ? made === most : made >= 1 && made <= most;
	return isRight && charges === made ? [] : [`in the end ${made} made and ${charges} charges`];
}

/** A result as text, without what differs between good runs of the operation. */
export function told(name: string, output: INodeExecutionData[]): string {
	const result = comparable(output);
	return OPERATIONS[name].same?.(result) ?? result;
}
