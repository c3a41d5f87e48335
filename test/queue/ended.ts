import { eventually } from '../stage/eventually.ts';
import { executionsOf } from './production.ts';
import type { QueueStage } from './queue-stage.ts';

/** Waits until at least so many executions of a workflow have ended and none is on its way. */
export async function ended(
	stage: QueueStage,
	workflowId: string,
	count: number,
): Promise<Array<{ id: string; status: string }>> {
	return await eventually(
		async () => await executionsOf(stage, workflowId),
		(executions) =>
			executions.length >= count &&
			executions.every(({ status }) => !['new', 'running', 'waiting'].includes(status)),
		240_000,
	);
}

/** What is left of the executions of a workflow when nothing of it is queued or at work any more. */
export interface Remains {
	ended: string[];
	/** Stored by a process that was killed before it could queue them; n8n leaves them `new`. */
	neverStarted: string[];
}

/** Waits until at least so many executions of a workflow have ended and none can go on. */
export async function settled(
	stage: QueueStage,
	workflowId: string,
	count: number,
): Promise<Remains> {
	const look = async () => {
		// In this order: what was queued at the first look has changed its status at the second.
		const jobs = await stage.jobs();
		return { jobs, executions: await executionsOf(stage, workflowId) };
	};
	const idsOf = (executions: Array<{ id: string; status: string }>, statuses: string[]) =>
		executions.filter(({ status }) => statuses.includes(status)).map(({ id }) => id);
	const { executions } = await eventually(
		look,
		({ jobs, executions: seen }) =>
			jobs === 0 &&
			idsOf(seen, ['running', 'waiting']).length === 0 &&
			seen.length - idsOf(seen, ['new']).length >= count,
		240_000,
	);
	const neverStarted = idsOf(executions, ['new']);
	const ended = executions.map(({ id }) => id).filter((id) => !neverStarted.includes(id));
	return { ended, neverStarted };
}
