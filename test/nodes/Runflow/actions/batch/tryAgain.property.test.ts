import fc from 'fast-check';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { startEmulator, type FaultRule } from '../../../../emulator/emulator.ts';
import { LONE_MODEL } from '../../../../fakes/emulatedRun.ts';
import { payments, retry, Run } from '../../../../fakes/executionChain.ts';
import { oneErrorRealm } from '../../../../fakes/realm.ts';

oneErrorRealm();

/** The same every time; a failure is printed with its seed and what it was about. */
const RUNS = { seed: 20_261_124, numRuns: 100 };

const fault: fc.Arbitrary<FaultRule> = fc.record({
	on: fc.constantFrom(/^POST /, /^GET \/v1\/(batches|runs)\/[^/]+$/, /^GET .*\/items/, /./),
	kind: fc.constantFrom('status' as const, 'reset-before', 'reset-after', 'truncated'),
	status: fc.constantFrom(402, 429, 500),
	skip: fc.nat(6),
	times: fc.integer({ min: 1, max: 8 }),
});
const situation = fc.record({
	prompts: fc.array(
		fc.constantFrom('fine', '[fail 1', '[fail 2', '[fail]', '[fail VALIDATION_ERROR]', '[cancel]'),
		{ minLength: 1, maxLength: 6 },
	),
	times: fc.nat(3),
	faults: fc.array(fault, { maxLength: 2 }),
	isLone: fc.boolean(),
	waitFor: fc.constantFrom('polling', 'callback'),
	continueOnFail: fc.boolean(),
	again: fc.array(fc.constantFrom('Retry On Fail', "n8n's Retry", 'killed'), { minLength: 3 }),
});

it('failed rows that are tried again are paid once, whatever fails on the way', async () => {
	await fc.assert(
		fc.asyncProperty(situation, async (given) => {
			const emulator = await startEmulator({ processingMs: 0, retryDelaysMs: [] });
			try {
				const prompts = given.prompts.map((prompt, row) =>
					/\d$/.test(prompt) ? `${prompt} ${row}]` : prompt,
				);
				const of = (item: number): IDataObject => ({
					...(given.isLone ? { model: LONE_MODEL } : {}),
					itemJson: { row: item, prompt: prompts[item] },
					waitFor: given.waitFor,
					onFailedItems: 'output',
					options: { tryFailedRowsAgain: given.times },
				});
				let run = new Run(emulator, {
					of,
					items: prompts.length,
					continueOnFail: given.continueOnFail,
				});
				for (const rule of given.faults) emulator.faults.add(rule);
				let output: INodeExecutionData[] | undefined;
				let execution: object = {};
				let wasKilled = false;
				for (const [round, again] of [...given.again, 'Retry On Fail'].entries()) {
					const before = run.fork();
					output = await run.execute(execution).catch(() => undefined);
					await emulator.settled();
					const isKilled = again === 'killed';
					if (output && run.parkedUntil.length === 0 && !isKilled) break;
					if (isKilled) {
						run = before;
						wasKilled = true;
					}
					const isParked = output && run.parkedUntil.length > 0;
					if (again !== 'Retry On Fail' && (isKilled || !isParked)) {
						execution = retry(String(101 + round));
					}
				}
				for (const paid of Object.values(payments(emulator))) expect(paid).toBe(1);
				if (!output || run.parkedUntil.length > 0) return;
				expect(output.map(({ pairedItem }) => pairedItem)).toEqual(
					prompts.map((_, item) => ({ item })),
				);
				if (given.faults.length > 0 || wasKilled) return;
				const succeeded = output.map(({ json }) => json.status_code === 'succeeded');
				expect(succeeded).toEqual(
					prompts.map(
						(prompt) =>
							prompt === 'fine' || Number(/fail (\d)/.exec(prompt)?.[1] ?? 9) <= given.times,
					),
				);
			} finally {
				await emulator.close();
			}
		}),
		RUNS,
	);
});
