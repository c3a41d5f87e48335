import { eventually } from '../stage/eventually.ts';
import { jsonOf } from '../stage/runs.ts';
import { settled } from './ended.ts';
import { createBatch, executionsOf, publishTrigger } from './production.ts';
import type { QueueStage } from './queue-stage.ts';
import { note, remark } from './tally.ts';

/** Callbacks at a Runflow Trigger, one of whose two webhook processes is killed meanwhile. */
export function describeKilledWebhooks(stage: () => QueueStage): void {
	/** The batch of the callback that an execution was stored with, whether it started or not. */
	async function storedBatchOf(id: string): Promise<string> {
		const { data } = await stage().n8n.execution(id);
		const [started] = data.executionData?.nodeExecutionStack ?? [];
		return String(started.data.main[0]?.[0].json.batch_id);
	}

	const receivedBy = async (ids: string[]) =>
		await Promise.all(
			ids.map(async (id) =>
				String(jsonOf(await stage().n8n.execution(id), 'Callback')[0].batch_id),
			),
		);

	/** Requests that the killed process had taken and did not answer. */
	const brokenOffSince = (before: number) =>
		stage()
			.proxy.passages.slice(before)
			.filter(({ brokenOff }) => brokenOff).length;

	describe('callbacks while a webhook process is killed', () => {
		it('are all delivered, and each leads to an execution that ends', async () => {
			const { proxy, webhooks, emulator } = stage();
			const { workflowId, url } = await publishTrigger(stage());
			const before = proxy.passages.length;
			emulator.holdBatches();
			const ids = await Promise.all(
				Array.from({ length: 60 }, async () => await createBatch(stage(), url)),
			);
			emulator.release();
			await eventually(
				() => proxy.count('/webhook/', before)['webhook-2']?.[200] ?? 0,
				(answered) => answered >= 5,
			);
			await webhooks[1].kill();
			await emulator.settled();
			const deliveries = ids.map((id) => emulator.deliveries(id)[0]);
			expect(deliveries.map(({ status_code }) => status_code)).toEqual(ids.map(() => 'succeeded'));
			await webhooks[1].start();
			const { ended, neverStarted } = await settled(stage(), workflowId, 60);
			const received = await receivedBy(ended);
			expect(new Set(received)).toEqual(new Set(ids));
			const again = deliveries.filter(({ attempt_count }) => Number(attempt_count) > 1).length;
			const { lost, doubled } = note({
				what: `Runflow Trigger, a webhook process killed (${again} callbacks sent again)`,
				callbacks: ids.length,
				batches: ids.length,
				delivered: deliveries.filter(({ status_code }) => status_code === 'succeeded').length,
				out: received,
			});
			expect(lost).toBe(0);
			expect(doubled).toBeLessThanOrEqual(again);
			// n8n stored an execution for such a request and died before it queued it, or before it said
			// so: the first never starts, of the second that batch comes twice.
			expect(neverStarted.length + doubled).toBeLessThanOrEqual(brokenOffSince(before));
			for (const id of neverStarted) expect(ids).toContain(await storedBatchOf(id));
			remark(`A webhook process killed: ${neverStarted.length} executions stored, never started.`);
		});

		it('leave one that never starts if it was stored and not yet queued, and the repeat runs', async () => {
			const { proxy, webhooks, emulator, n8n } = stage();
			const { workflowId, url } = await publishTrigger(stage());
			// Both processes know the webhook afterwards, and need to write nothing about it.
			const earlier = [await createBatch(stage(), url), await createBatch(stage(), url)];
			await emulator.settled();
			await settled(stage(), workflowId, 2);
			const before = proxy.passages.length;
			const { batchId, target } = await stage().whileNothingIsQueued(async () => {
				const batchId = await createBatch(stage(), url);
				await eventually(
					async () => await executionsOf(stage(), workflowId),
					(executions) => executions.length === 3,
				);
				const [name] = proxy.underWay;
				const target = webhooks.find((webhook) => webhook.name === name)!;
				await target.kill();
				return { batchId, target };
			});
			await emulator.settled();
			await target.start();
			const { ended, neverStarted } = await settled(stage(), workflowId, 3);
			expect(new Set(await receivedBy(ended))).toEqual(new Set([...earlier, batchId]));
			expect(ended).toHaveLength(3);
			expect(neverStarted).toHaveLength(1);
			expect(await storedBatchOf(neverStarted[0])).toBe(batchId);
			expect(brokenOffSince(before)).toBe(1);
			// n8n looks for such executions when it starts, and every three hours.
			await n8n.restart();
			await eventually(
				async () => (await n8n.execution(neverStarted[0])).status,
				(status) => status === 'crashed',
			);
		});
	});
}
