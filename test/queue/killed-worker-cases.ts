import { randomUUID } from 'node:crypto';

import { jsonOf, rowsOf } from '../stage/runs.ts';
import { eventually } from '../stage/eventually.ts';
import { ended } from './ended.ts';
import { knowsRetries, runsStalledAgain } from './host.ts';
import { executionsOf, publishRows, startOnce, workersOf } from './production.ts';
import type { QueueStage } from './queue-stage.ts';
import { remark } from './tally.ts';

/** A worker that is killed while it creates a batch: Runflow does the work, nobody hears of it. */
export function describeKilledWorkers(stage: () => QueueStage): void {
	const creations = (since: number) =>
		stage()
			.emulator.requests.slice(since)
			.filter(({ method, path }) => method === 'POST' && path.endsWith('/batches'));

	/** Kills the worker while its POST is under way; returns what is there then. */
	async function killDuringCreate(parameters = {}) {
		const { emulator, workers } = stage();
		const published = await publishRows(stage(), rowsOf(['x', 'x']), parameters);
		const before = { requests: emulator.requests.length, charges: emulator.charges.length };
		emulator.faults.add({ on: 'POST /v1/models/*', kind: 'slow-work', ms: 3_000, times: 1 });
		const executionId = await startOnce(stage(), published);
		await eventually(
			() => creations(before.requests),
			(requests) => requests.length === 1,
		);
		const [name] = workersOf(stage(), executionId);
		const worker = workers.find((candidate) => candidate.name === name)!;
		await worker.kill();
		return { ...published, executionId, worker, before };
	}

	/** Presses n8n's Retry button, and waits for what comes of it. */
	async function retry(executionId: string): Promise<string> {
		const { n8n } = stage();
		return await n8n.rest('POST', `/executions/${executionId}/retry`, { loadWorkflow: false }).then(
			async () => {
				const [{ id }] = await n8n.executions();
				if (id === executionId) return 'answered, and nothing started';
				const { status, data } = await n8n.waitForExecution(
					(one) => one.id === id && one.status !== 'new' && one.status !== 'running',
					60_000,
				);
				return `${status} ${data.resultData.error?.message ?? ''}`.trim();
			},
			(error: Error) => `refused, "${error.message}"`,
		);
	}

	describe('a worker killed while it creates a batch', () => {
		afterEach(() => stage()?.emulator.faults.clear());

		const takenOver = [
			'is taken over by the other one, which finds the batch that is there and pays nothing',
			async () => {
				const { workflowId, executionId, worker, before } = await killDuringCreate();
				const executions = await ended(stage(), workflowId, 1);
				expect(executions).toEqual([{ id: executionId, status: 'success' }]);
				expect(new Set(workersOf(stage(), executionId))).toEqual(
					new Set(stage().workers.map(({ name }) => name)),
				);
				expect(creations(before.requests)).toHaveLength(2);
				expect(stage().emulator.charges.length - before.charges).toBe(1);
				const results = jsonOf(await stage().n8n.execution(executionId), 'Linked');
				expect(results.map(({ client_ref }) => client_ref)).toEqual(['row-0', 'row-1']);
				await worker.start();
			},
		] as const;

		const leftAlone = [
			'leaves one batch and one charge, and n8n fails the execution instead of running it again',
			async () => {
				const { workflowId, executionId, worker, before } = await killDuringCreate();
				const executions = await ended(stage(), workflowId, 1);
				expect(executions).toEqual([{ id: executionId, status: 'error' }]);
				const execution = await stage().n8n.execution(executionId);
				expect(execution.data.resultData.error?.message).toMatch(
					/failed to be processed too many times/,
				);
				// The other worker had time enough, and did not take the job over.
				expect(workersOf(stage(), executionId)).toEqual([worker.name]);
				expect(creations(before.requests)).toHaveLength(1);
				expect(stage().emulator.charges.length - before.charges).toBe(1);
				remark(
					`Worker killed, the other one goes on: "${execution.data.resultData.error?.message}".`,
				);
				await worker.start();
				await stage().emulator.settled();
				expect(creations(before.requests)).toHaveLength(1);
				remark(`Retry of that execution: ${await retry(executionId)}.`);
				expect(creations(before.requests)).toHaveLength(1);
			},
		] as const;

		// What n8n does with the job of a worker that is gone depends on its version.
		const [title, test] = runsStalledAgain ? takenOver : leftAlone;
		it(title, test);

		it.each([
			// The callback goes to another execution, so that the content is another one.
			['callback', knowsRetries ? /^error .*Idempotency Key already/ : /^waiting$/],
			['polling', /^success$/],
		])(
			`is not run again either when it comes back at once, and Retry pays ${knowsRetries ? 'nothing' : 'again'}, by %s`,
			async (waitFor, expected) => {
				const { workflowId, executionId, worker, before } = await killDuringCreate({
					waitFor,
					...(waitFor === 'polling' ? { pollInterval: 1 } : {}),
				});
				await worker.start();
				const executions = await ended(stage(), workflowId, 1);
				// Crashed, says the worker that finds it in its log; where the stalled job was seen first, it is
				// an error, or n8n 1 has run it again.
				expect(executions).toEqual([
					{
						id: executionId,
						status: expect.stringMatching(
							runsStalledAgain ? /^(crashed|success)$/ : /^(crashed|error)$/,
						),
					},
				]);
				const [{ status: first }] = executions;
				expect(creations(before.requests)).toHaveLength(first === 'success' ? 2 : 1);
				expect(stage().emulator.charges.length - before.charges).toBe(1);
				if (first === 'success') return;
				const { status, data } = await stage().n8n.execution(executionId);
				const outcome = await retry(executionId);
				const charges = stage().emulator.charges.length - before.charges;
				remark(
					`Worker killed and back, by ${waitFor}: ${status}, "${data.resultData.error?.message}"; Retry: ${outcome}, ${charges} charge then.`,
				);
				expect(charges).toBe(knowsRetries ? 1 : 2);
				// n8n keeps nothing of an execution that it ends because its job was stalled.
				if (status === 'crashed') expect(outcome).toMatch(expected);
			},
		);

		it('costs nothing twice when the workflow is started again under an idempotency key of its own', async () => {
			const { workflowId, url, worker, before } = await killDuringCreate({
				waitFor: 'polling',
				pollInterval: 1,
				options: { idempotencyKey: `order-${randomUUID()}` },
			});
			await worker.start();
			await ended(stage(), workflowId, 1);
			expect((await fetch(url, { method: 'POST' })).status).toBe(200);
			const [, again] = await ended(stage(), workflowId, 2);
			expect(again.status).toBe('success');
			const results = jsonOf(await stage().n8n.execution(again.id), 'Linked');
			expect(results.map(({ client_ref }) => client_ref)).toEqual(['row-0', 'row-1']);
			// A third one where n8n 1 has run the first execution again.
			expect(runsStalledAgain ? [2, 3] : [2]).toContain(creations(before.requests).length);
			expect(stage().emulator.charges.length - before.charges).toBe(1);
		});

		it('is not charged twice by callback either, but the batch is refused to another execution', async () => {
			const { workflowId, url, worker, before } = await killDuringCreate({
				options: { idempotencyKey: `order-${randomUUID()}` },
			});
			await worker.start();
			await ended(stage(), workflowId, 1);
			expect((await fetch(url, { method: 'POST' })).status).toBe(200);
			const [, again] = await ended(stage(), workflowId, 2);
			const { error } = (await stage().n8n.execution(again.id)).data.resultData;
			expect(again.status).toBe('error');
			expect(error?.message).toMatch(/Idempotency Key already/);
			expect(stage().emulator.charges.length - before.charges).toBe(1);
			expect(await executionsOf(stage(), workflowId)).toHaveLength(2);
		});
	});
}
