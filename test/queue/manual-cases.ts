import { randomUUID } from 'node:crypto';

import { resultLinks } from '../stage/files.ts';
import { hashOf, mediaRound } from '../stage/mediaRound.ts';
import { jsonOf, rowsToResults, start } from '../stage/runs.ts';
import { node, workflow } from '../stage/workflow.ts';
import { createBatch, workersOf } from './production.ts';
import type { QueueStage } from './queue-stage.ts';

/** Executions that somebody starts in the editor, which n8n is set to hand to its workers. */
export function describeManualExecutions(stage: () => QueueStage): void {
	const ended = async (id: string) => await stage().n8n.waitForExecution({ id }, 60_000);

	describe('a manual execution on a worker', () => {
		it.each([
			// One job that parks it, one that finishes it.
			['callback', 2],
			['polling', 1],
		])('turns rows into results, by %s', async (waitFor, jobs) => {
			const parameters = waitFor === 'polling' ? { waitFor, pollInterval: 1 } : {};
			const file = rowsToResults(stage(), ['x', '[fail]', 'x'], parameters);
			const { executionId } = await start(stage(), file);
			const execution = await ended(executionId);
			expect(execution.mode).toBe('manual');
			expect(execution.data.resultData.error).toBeUndefined();
			expect(jsonOf(execution, 'Linked')).toMatchObject([
				{ row: 'row-0', client_ref: 'row-0', status_code: 'succeeded' },
				{ row: 'row-1', client_ref: 'row-1', status_code: 'failed' },
				{ row: 'row-2', client_ref: 'row-2', status_code: 'succeeded' },
			]);
			expect(workersOf(stage(), executionId)).toHaveLength(jobs);
		});

		it('takes files up and down byte for byte', async () => {
			const links = await resultLinks(stage().emulator, 3);
			const { executionId } = await start(stage(), mediaRound(stage(), links));
			const execution = await ended(executionId);
			expect(execution.data.resultData.error).toBeUndefined();
			const rows = jsonOf(execution, 'Runflow') as Array<{ urls: string[] }>;
			expect(jsonOf(execution, 'Hash').map(({ sha256 }) => sha256)).toEqual(
				await Promise.all(rows.flatMap(({ urls }) => urls).map(hashOf)),
			);
			expect(workersOf(stage(), executionId)).not.toHaveLength(0);
		});

		it('is started by a callback to the test URL of a Runflow Trigger', async () => {
			const { n8n, emulator } = stage();
			const webhookId = randomUUID();
			const { id } = await n8n.createWorkflow(
				workflow(`Test ${webhookId}`, [
					node(
						'Callback',
						'n8n-nodes-runflow.runflowTrigger',
						{},
						{ typeVersion: 2, webhookId, credentials: stage().credential },
					),
				]),
			);
			expect(await n8n.runWorkflow(id, { triggerNode: 'Callback' })).toMatchObject({
				waitingForWebhook: true,
			});
			const batchId = await createBatch(stage(), `${n8n.url}/webhook-test/${webhookId}/runflow`);
			await emulator.settled();
			const execution = await n8n.waitForExecution({ workflowId: id }, 60_000);
			expect(jsonOf(execution, 'Callback')).toMatchObject([{ batch_id: batchId }]);
			expect(workersOf(stage(), execution.id)).toHaveLength(1);
		});
	});
}
