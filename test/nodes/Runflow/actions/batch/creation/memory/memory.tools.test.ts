import type { INodeExecutionData } from 'n8n-workflow';

import { rejection } from '../../../../../../fakes/api.ts';
import { changing, creationRun, lostAnswers } from '../../../../../../fakes/creationChain.ts';
import { type Try } from '../../../../../../fakes/executionChain.ts';
import { emulatorOfEachTest } from '../../../../../../fakes/emulatorOfEachTest.ts';

const emulator = emulatorOfEachTest({ processingMs: 0 });

describe('the call of a tool', () => {
	const items: INodeExecutionData[] = [{ json: { prompt: 'a' } }];
	const isTool: Try = { isTool: true };

	it('is one call over its tries, though n8n counts each as a run', async () => {
		const run = creationRun(emulator(), { ...isTool, input: changing, items });
		emulator().faults.add(lostAnswers);
		await rejection(run.execute({ runIndex: 0 }));
		await run.execute({ runIndex: 1 });
		expect(emulator().batches.size).toBe(1);
	});

	describe('again with equal arguments', () => {
		const call = (more: Try = {}): Try => ({
			...isTool,
			items: [{ json: { prompt: 'a' } }],
			change: { operation: 'createAndWait', timeout: 0 },
			...more,
		});
		const handedOver = (items: INodeExecutionData[]) => items.map(({ json }) => json.batch_id);

		beforeEach(() => emulator().holdBatches());

		it('waits for the batch that was handed over unfinished', async () => {
			const run = creationRun(emulator());
			const [{ json }] = await run.execute(call());
			expect(json.message).toMatch(/call this tool again with the very same input/);
			const again = await run.execute(call({ runIndex: 1 }));
			expect(handedOver(again)).toEqual([json.batch_id]);
			emulator().release();
			await emulator().settled();
			const last = await run.execute(call({ runIndex: 2 }));
			expect(last[0].json).toMatchObject({ batch_id: json.batch_id, status_code: 'succeeded' });
			expect(emulator().batches.size).toBe(1);
		});

		it('is a batch of its own once the one before has come to a result', async () => {
			const run = creationRun(emulator());
			emulator().release();
			for (const runIndex of [0, 1]) {
				await run.execute(call({ runIndex, change: { operation: 'createAndWait' } }));
			}
			expect(emulator().batches.size).toBe(2);
		});

		it('is a batch of its own while the one before is under way', async () => {
			const run = creationRun(emulator());
			await Promise.all([run.execute(call()), run.execute(call({ runIndex: 1 }))]);
			expect(emulator().batches.size).toBe(2);
		});

		it('goes to one of several calls', async () => {
			const run = creationRun(emulator());
			await run.execute(call());
			const both = await Promise.all([run.execute(call()), run.execute(call())]);
			expect(new Set(both.flatMap(handedOver)).size).toBe(2);
			expect(emulator().batches.size).toBe(2);
		});

		it('is another batch for other content, in another execution, and without any', async () => {
			const run = creationRun(emulator());
			await run.execute(call());
			await run.execute(call({ input: () => ({ prompt: 'other' }) }));
			await creationRun(emulator()).execute(call({ executionId: '101' }));
			const unknown = creationRun(emulator());
			for (let time = 0; time < 2; time++) {
				const [{ json }] = await unknown.execute(call({ executionId: '__UNKNOWN__' }));
				expect(json.message).toMatch(/do not create it again/);
			}
			expect(emulator().batches.size).toBe(5);
		});

		it.each(['create', 'createAndWait'])(
			'goes on with what %s left in doubt',
			async (operation) => {
				const run = creationRun(emulator());
				emulator().faults.add(lostAnswers);
				const change = { operation, timeout: 0 };
				await rejection(run.execute(call({ change })));
				await run.execute(call({ change }));
				expect(emulator().batches.size).toBe(1);
			},
		);
	});

	it('is a call of its own for other arguments, equal ones too', async () => {
		const run = creationRun(emulator(), { ...isTool });
		for (const runIndex of [0, 0, 1]) {
			await run.execute({ runIndex, items: [{ json: { prompt: 'a' } }] });
		}
		expect(emulator().batches.size).toBe(3);
	});
});
