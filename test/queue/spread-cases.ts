import { jsonOf } from '../stage/runs.ts';
import { createBatch, publishTrigger } from './production.ts';
import { ended } from './ended.ts';
import type { QueueStage } from './queue-stage.ts';
import { note } from './tally.ts';

/** Callbacks at a Runflow Trigger that every webhook process serves and every worker runs. */
export function describeSpreadCallbacks(stage: () => QueueStage): void {
	describe('callbacks at a trigger', () => {
		it('come in through both webhook processes and are run by both workers', async () => {
			const { proxy, workers, emulator, n8n } = stage();
			const { workflowId, url } = await publishTrigger(stage());
			const before = proxy.passages.length;
			const ids = await Promise.all(
				Array.from({ length: 40 }, async () => await createBatch(stage(), url)),
			);
			await emulator.settled();
			const executions = await ended(stage(), workflowId, 40);
			expect(executions.map(({ status }) => status)).toEqual(ids.map(() => 'success'));
			const received = await Promise.all(
				executions.map(async ({ id }) => jsonOf(await n8n.execution(id), 'Callback')[0].batch_id),
			);
			const losses = note({
				what: 'Runflow Trigger',
				callbacks: ids.length,
				batches: ids.length,
				delivered: proxy.passages.slice(before).filter(({ status }) => status === 200).length,
				out: received.map(String),
			});
			expect(losses).toEqual({ lost: 0, doubled: 0 });
			expect(received.sort()).toEqual([...ids].sort());
			const answers = proxy.count('/webhook/', before);
			expect(answers).toEqual({ 'webhook-1': { 200: 20 }, 'webhook-2': { 200: 20 } });
			const perWorker = workers.map(
				({ executionsStarted }) =>
					executions.filter(({ id }) => executionsStarted.includes(id)).length,
			);
			expect(perWorker[0] + perWorker[1]).toBe(40);
			expect(Math.min(...perWorker)).toBeGreaterThan(0);
		});
	});
}
