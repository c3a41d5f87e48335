import { jsonOf, rowsOf } from '../stage/runs.ts';
import { settled } from './ended.ts';
import { resumesOnce } from './host.ts';
import { eventually } from '../stage/eventually.ts';
import { executionsOf, publishRows, startOnce, workersOf } from './production.ts';
import type { Published } from './production.ts';
import type { QueueStage } from './queue-stage.ts';

const rows = (count: number) =>
	rowsOf(Array.from({ length: count }, (_, index) => (index === 1 ? '[fail]' : 'x')));

const statusIs = (wanted: string) => (status: string) => status === wanted;

/** Executions that one worker parks, a webhook process resumes, and any worker finishes. */
export function describeParkedExecutions(stage: () => QueueStage): void {
	const status = async ({ workflowId }: Published) =>
		(await executionsOf(stage(), workflowId)).map((execution) => execution.status).join();

	/** Starts rows whose batches stay running until the emulator lets them go. */
	async function park(count: number, parameters = {}) {
		const earlier = stage().emulator.batches.size;
		stage().emulator.holdBatches();
		const published = await publishRows(stage(), rows(count), parameters);
		const executionId = await startOnce(stage(), published);
		await eventually(async () => await status(published), statusIs('waiting'));
		return {
			...published,
			executionId,
			batches: [...stage().emulator.batches.values()].slice(earlier),
		};
	}

	/** The results are those of the rows, in order, and were handed on once. */
	async function expectResults(executionId: string, count: number) {
		const execution = await stage().n8n.execution(executionId);
		expect(execution.data.resultData.error).toBeUndefined();
		expect(execution.data.resultData.runData.Linked).toHaveLength(1);
		const results = jsonOf(execution, 'Linked');
		expect(results.map(({ row }) => row)).toEqual(rows(count).map((row) => row.client_ref));
		expect(results.map(({ client_ref }) => client_ref)).toEqual(results.map(({ row }) => row));
		expect(results[1]).toMatchObject({ status_code: 'failed', error: expect.any(Object) });
	}

	describe('a parked execution', () => {
		afterEach(() => stage()?.emulator.release());

		it('is finished by the other worker when the one that parked it is gone', async () => {
			const parked = await park(3);
			const [parker] = workersOf(stage(), parked.executionId);
			const worker = stage().workers.find(({ name }) => name === parker)!;
			await worker.kill();
			stage().emulator.release();
			await eventually(async () => await status(parked), statusIs('success'));
			await worker.start();
			await expectResults(parked.executionId, 3);
			expect(workersOf(stage(), parked.executionId)).toEqual(['worker-1', 'worker-2']);
		});

		it('stays parked when the worker that parked it was killed and comes back', async () => {
			const parked = await park(3);
			const [parker] = workersOf(stage(), parked.executionId);
			const worker = stage().workers.find(({ name }) => name === parker)!;
			await worker.kill();
			await worker.start();
			expect(await status(parked)).toBe('waiting');
			stage().emulator.release();
			await eventually(async () => await status(parked), statusIs('success'));
			await expectResults(parked.executionId, 3);
		});

		it(`of three batches is resumed once${resumesOnce ? '' : ' by each process at most'} by callbacks that reach both webhook processes together`, async () => {
			const { emulator, proxy } = stage();
			for (let round = 0; round < 3; round++) {
				const parked = await park(250);
				expect(parked.batches).toHaveLength(3);
				const before = proxy.passages.length;
				emulator.release();
				await emulator.settled();
				expect((await settled(stage(), parked.workflowId, 1)).ended).toEqual([parked.executionId]);
				expect(await status(parked)).toBe('success');
				await expectResults(parked.executionId, 250);
				// One job that parked it, one that finished it.
				const jobs = workersOf(stage(), parked.executionId).length;
				if (!resumesOnce) {
					expect(jobs).toBeLessThanOrEqual(1 + stage().webhooks.length);
					continue;
				}
				expect(jobs).toBe(2);
				const answers = proxy.passages.slice(before);
				const outcomes = parked.batches.map(({ id }) => emulator.deliveries(id)[0].status_code);
				// n8n lets one of them go on with the execution. It answers the others 500 when they come
				// in the same moment and 409 later, so Runflow's ledger ends with failed deliveries of
				// batches whose results did arrive.
				expect(answers.filter(({ status: code }) => code === 200)).toHaveLength(1);
				expect(outcomes.sort()).toEqual(['failed', 'failed', 'succeeded']);
				expect(answers.every(({ status: code }) => [200, 409, 500].includes(code))).toBe(true);
				expect(new Set(answers.slice(0, 3).map(({ target }) => target)).size).toBe(2);
			}
		});

		it('is resumed while the main process is down, but times out only when it is back', async () => {
			const { n8n, emulator } = stage();
			const timed = await park(2, { timeout: 0.4 });
			const called = await park(2);
			const [{ waitTill }] = await stage().query(
				'SELECT "waitTill" FROM execution_entity WHERE id = $1',
				[timed.executionId],
			);
			await n8n.kill('SIGKILL');
			emulator.finish(called.batches[0].id);
			await eventually(async () => await status(called), statusIs('success'));
			await eventually(
				() => Date.now(),
				(now) => now > (waitTill as Date).getTime() + 3_000,
			);
			expect(await status(timed)).toBe('waiting');
			await n8n.restart();
			await eventually(async () => await status(timed), statusIs('success'));
			const execution = await n8n.execution(timed.executionId);
			expect(jsonOf(execution, 'Linked')[0]).toMatchObject({ image_url: expect.any(String) });
			expect(jsonOf(execution, 'Linked')[0]).not.toHaveProperty('status_code');
			const finished = await n8n.execution(called.executionId);
			expect(jsonOf(finished, 'Linked').map(({ row }) => row)).toEqual(['row-0', 'row-1']);
		});
	});
}
