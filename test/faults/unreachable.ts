import { runAgain } from './aftermath.ts';
import { IMPATIENT_MS } from './cell.ts';
import { errorProblems, excess, text } from './checks.ts';
import { outcomeOf, saidBy, type Baseline, type Field } from './matrix.ts';
import { withoutProxies, type Obstacle } from './obstacles.ts';
import { OPERATIONS } from './operations.ts';
import { expectedOutcome } from './policy.ts';
import type { Rerun } from './rerun.ts';
import { holdingsOf, openStage, quietCell, runNode } from './stage.ts';

/** One operation before one obstacle. */
export async function runObstacle(
	name: string,
	obstacle: Obstacle,
	baseline: Baseline,
	receiver: string,
	reruns: Rerun[],
): Promise<Field> {
	const operation = OPERATIONS[name];
	const [call] = operation.calls;
	const duration = obstacle.passing ? 'once' : 'always';
	const expected = expectedOutcome(name, call, obstacle, duration) ?? 'error';
	const stage = await openStage(operation, receiver);
	const { emulator } = stage;
	const before = await holdingsOf(emulator);
	const { clear, close, ...way } = await obstacle.way(stage);
	const cell = quietCell(stage, obstacle.slow ? { limitMs: () => IMPATIENT_MS } : {});
	cell.beforeRetry = async () => await clear?.();
	const nodeContext = {};
	const arrived = emulator.requests.length;
	Object.assign(process.env, obstacle.env);
	const { expressions } = reruns[0];
	const run = await runNode(name, stage, cell, { nodeContext, way, expressions });
	withoutProxies();
	const again = cell.pauses.length > 0;
	const actual = outcomeOf(run, again, again);
	const after = await holdingsOf(emulator);
	const requests = emulator.requests
		.slice(arrived)
		.filter(({ path }) => !path.startsWith('/v1/callback-secrets?limit=100'));
	const aftermath = await runAgain(name, stage, run, baseline, nodeContext, reruns);
	const problems = [
		...(actual === expected ? [] : [`${actual} where ${expected} is right${saidBy(run)}`]),
		...(obstacle.passing || requests.length === 0 ? [] : ['a request arrived']),
		...(cell.pauses.length > 4 * (call.polled ? 2 : 1) ? ['too many tries'] : []),
		...excess(operation, before, obstacle.passing ? after : { ...after }),
		...('error' in run ? errorProblems(run.error) : []),
		...(obstacle.problems?.() ?? []),
		...aftermath.problems,
	];
	await close?.();
	await emulator.close();
	return {
		operation: name,
		call: '',
		fault: obstacle.name,
		duration,
		reruns,
		afterwards: aftermath.afterwards,
		expected,
		actual,
		problems: [...new Set(problems)],
		...('error' in run ? { said: text(run.error) } : {}),
	};
}
