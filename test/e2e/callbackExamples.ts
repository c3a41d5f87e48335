import { randomUUID } from 'node:crypto';

import { jsonOf } from '../stage/runs.ts';
import type { Stage } from '../stage/stage.ts';
import type { ExampleDriver } from './exampleDriver.ts';
import { PRODUCTS } from './exampleRows.ts';

/** How the examples are run that Runflow's callbacks start, and what has to come out of each. */
export const callbackExamples = (
	stageOf: () => Stage,
	driverOf: () => ExampleDriver,
): Record<string, () => Promise<void>> => ({
	async 'start-a-workflow-from-callbacks'() {
		const example = await driverOf().load('start-a-workflow-from-callbacks', {
			Products: { jsonOutput: PRODUCTS },
		});
		await driverOf().publish(example);
		await driverOf().runByHand(example);
		const execution = await driverOf().startedByCallback(example);
		expect(jsonOf(execution, 'Use the result')).toMatchObject([
			{ sku: 'SHOE-41', status: 'succeeded', result_url: expect.stringMatching(/^http/) },
			{ sku: 'MUG-12', status: 'succeeded', result_url: expect.stringMatching(/^http/) },
		]);
		expect(jsonOf(execution, 'Look at the failure')).toEqual([
			{ sku: 'LAMP-07', status: 'failed', result_url: '' },
		]);
	},

	async 'drop-repeats'() {
		for (const ignoreRepeats of [true, false]) {
			const example = await driverOf().load('drop-repeats', {
				'Runflow Trigger': { options: { ignoreRepeats } },
			});
			const batchId = await driverOf().finishedBatch(await driverOf().publish(example));
			const first = await driverOf().startedByCallback(example);
			expect(jsonOf(first, 'Work on the row')).toMatchObject([
				{ batch_id: batchId, sku: 'row-0', status: 'succeeded' },
				{ batch_id: batchId, sku: 'row-1', status: 'succeeded' },
			]);
			// A restarted n8n has forgotten what its trigger accepted, but not what its database holds.
			if (ignoreRepeats) await stageOf().n8n.restart();
			await driverOf().redeliver(batchId);
			const second = await driverOf().startedByCallback(example, 2);
			expect(jsonOf(second, 'Runflow Trigger')).toMatchObject([{ batch_id: batchId }]);
			expect(second.data.resultData.runData['Work on the row']).toBeUndefined();
		}
		await forgetsOnceAMonth(stageOf, driverOf);
	},

	async 'redeliver-failed-callbacks'() {
		const receiver = await driverOf().load('drop-repeats');
		const url = String(receiver.callbackUrl);
		const lost = [await driverOf().finishedBatch(url), await driverOf().finishedBatch(url, ['c'])];
		await driverOf().publish(receiver);
		const arrived = await driverOf().finishedBatch(url, ['d']);
		const repaired = await driverOf().finishedBatch(`${stageOf().n8n.url}/healthz/nobody`);
		const unknown = randomUUID();
		const example = await driverOf().load('redeliver-failed-callbacks', {
			Batches: {
				jsonOutput: JSON.stringify({ batch_ids: [...lost, unknown, arrived, repaired] }),
			},
		});
		const repair = await driverOf().runByHand(example);
		const sentAgain = jsonOf(repair, 'Redeliver').map(({ batch_id }) => batch_id);
		expect(sentAgain.toSorted()).toEqual([...lost, repaired].toSorted());
		expect(jsonOf(repair, 'Look at these')).toMatchObject([
			{ batch_ids: unknown, error: expect.stringContaining('does not know') },
		]);
		await driverOf().startedByCallback(receiver, 3);
		const again = await driverOf().runByHand(example);
		expect(jsonOf(again, 'Redeliver')).toMatchObject([{ batch_id: repaired }]);
	},
});

/** After the monthly clearing a batch counts as new again. */
async function forgetsOnceAMonth(
	stageOf: () => Stage,
	driverOf: () => ExampleDriver,
): Promise<void> {
	const example = await driverOf().load('drop-repeats', {
		'Runflow Trigger': { options: { ignoreRepeats: false } },
	});
	const batchId = await driverOf().finishedBatch(await driverOf().publish(example));
	await driverOf().startedByCallback(example);
	const { executionId } = await stageOf().n8n.runWorkflow(example.workflow.id, {
		triggerNode: 'Once a month',
	});
	await stageOf().n8n.waitForExecution({ id: executionId, status: 'success' });
	await driverOf().redeliver(batchId);
	const again = await driverOf().startedByCallback(example, 2);
	expect(jsonOf(again, 'Work on the row')).toHaveLength(2);
}
