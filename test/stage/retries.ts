import type { Execution } from '../n8n/index.ts';
import type { Stage } from './stage.ts';

/** n8n's two Retry buttons: with the workflow as it was then, and as it is saved now. */
export type RetryButton = 'original' | 'saved';

/** Presses a Retry button of a failed execution, and waits for the end of the execution that n8n makes. */
export async function retryExecution(
	{ n8n }: Stage,
	{ id, workflowId }: Pick<Execution, 'id' | 'workflowId'>,
	button: RetryButton,
	timeoutMs = 60_000,
): Promise<Execution> {
	const [{ id: newest }] = await n8n.executions(workflowId);
	await n8n.rest('POST', `/executions/${id}/retry`, { loadWorkflow: button === 'saved' });
	return await n8n.waitForExecution({ workflowId, mode: 'retry', after: newest }, timeoutMs);
}
