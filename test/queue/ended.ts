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
