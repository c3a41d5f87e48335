import { randomUUID } from 'node:crypto';

import type { Execution } from '../n8n/index.ts';
import { compareVersions, pinnedN8n } from '../n8n/machine/pinned.mjs';
import { numberedRows, outputProblems, type Expressions } from '../stage/numberedRows.ts';
import { retryExecution } from '../stage/retries.ts';
import { start } from '../stage/runs.ts';
import type { Stage } from '../stage/stage.ts';
import { node, workflow } from '../stage/workflow.ts';
import { cell, creationOf, expectAllOnce, KINDS, OPERATIONS, POST } from './buttonCases.ts';

/**
 * Older ones hand nothing on by which an execution knows whose Retry it is. Where nothing is
 * remembered either, since n8n was killed, Retry is an execution like any other.
 */
const knowsRetried = compareVersions(pinnedN8n().n8n, '2.14.0') >= 0;

/** Cells in which n8n is killed, parked or in the middle of creations, and started again. */
export function describeKilled(stageOf: () => Stage): void {
	describe('a killed n8n', () => {
		for (const expressions of KINDS) {
			const operation = 'Create and Wait, callback';
			const button = 'n8n killed while parked, and started again';
			cell({ button, fault: 'a callback that found nobody', operation, expressions }, async () => {
				const { emulator, n8n } = stageOf();
				const earlier = emulator.batches.size;
				emulator.holdBatches();
				const { executionId } = await start(
					stageOf(),
					creationOf(stageOf(), operation, expressions),
				);
				await n8n.waitForExecution({ id: executionId, status: 'waiting' });
				await n8n.kill('SIGKILL');
				emulator.release();
				await emulator.settled();
				await n8n.restart();
				for (const { id } of [...emulator.batches.values()].slice(earlier)) {
					await fetch(`${emulator.url}/v1/batches/${id}/callback-redeliveries`, {
						method: 'POST',
						headers: { authorization: `Bearer ${emulator.apiKey}` },
					});
				}
				const execution = await n8n.waitForExecution({ id: executionId });
				return expectAllOnce(stageOf(), execution, operation, earlier);
			});
		}

		const killed: Array<[string, Expressions, boolean]> = [
			['Create', 'constant', true],
			['Create', 'changing', false],
			['Create and Wait, polling', 'constant', true],
			['Create and Wait, polling', 'changing', false],
			['Create and Wait, callback', 'constant', false],
			['Create and Wait, callback', 'changing', false],
		];
		const executions = new Map<string, { failed: Execution; earlier: number }>();
		const keyOf = (operation: string, expressions: string) => `${operation}, ${expressions}`;

		/** Publishes a workflow and starts it, as in production: n8n stores such an execution at its start. */
		async function startPublished(operation: string, expressions: Expressions): Promise<string> {
			const path = randomUUID();
			const file = creationOf(stageOf(), operation, expressions, { rows: numberedRows(100) });
			const [, table, ...rest] = file.nodes;
			const hook = node(
				'Start',
				'webhook',
				{ path, httpMethod: 'POST', options: {} },
				{ typeVersion: 2, webhookId: path },
			);
			const { id } = await stageOf().n8n.createWorkflow(workflow(path, [hook, table, ...rest]));
			expect(await stageOf().n8n.activate(id)).toBeUndefined();
			expect((await fetch(`${stageOf().n8n.url}/webhook/${path}`, { method: 'POST' })).ok).toBe(
				true,
			);
			return id;
		}

		if (!knowsRetried) return;
		it('is killed while it creates', async () => {
			const { emulator, n8n } = stageOf();
			const workflows: string[] = [];
			emulator.faults.add({ on: POST, kind: 'slow-headers', ms: 60_000, times: killed.length });
			for (const [operation, expressions] of killed) {
				const earlier = emulator.batches.size;
				workflows.push(await startPublished(operation, expressions));
				while (emulator.batches.size === earlier) await new Promise((done) => setTimeout(done, 20));
			}
			const first = emulator.batches.size - killed.length;
			await n8n.kill('SIGKILL');
			emulator.faults.clear();
			await n8n.restart();
			for (const [index, [operation, expressions]] of killed.entries()) {
				const failed = await n8n.waitForExecution({ workflowId: workflows[index] });
				executions.set(keyOf(operation, expressions), { failed, earlier: first + index });
			}
		});

		for (const [operation, expressions, comesBack] of killed) {
			const button = 'n8n killed while it creates, then Retry, and Retry again';
			cell({ button, fault: 'nothing remembered', operation, expressions }, async () => {
				const { failed } = executions.get(keyOf(operation, expressions))!;
				const batches = stageOf().emulator.batches.size;
				const again = await retryExecution(stageOf(), failed, 'original');
				if (comesBack) {
					expect(again.data.resultData.error?.message).toBeUndefined();
					const { operation: name } = OPERATIONS[operation];
					expect(outputProblems(stageOf(), again, name, 100)).toEqual([]);
				} else {
					expect(again.data.resultData.error?.message).toMatch(/Idempotency Key already/);
					const third = await retryExecution(stageOf(), again, 'original');
					expect(third.data.resultData.error?.message).toMatch(/Idempotency Key already/);
				}
				expect(stageOf().emulator.batches.size).toBe(batches);
				return ['100 rows once', comesBack ? 'all rows' : 'an error that says what happened'];
			});
		}
	});
}
