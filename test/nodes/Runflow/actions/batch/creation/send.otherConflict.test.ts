import type { IDataObject } from 'n8n-workflow';

import { rejection } from '../../../../../fakes/api.ts';
import { emulatorOfEachTest } from '../../../../../fakes/emulatorOfEachTest.ts';
import { LONE_MODEL } from '../../../../../fakes/emulatedRun.ts';
import { retry, Run } from '../../../../../fakes/executionChain.ts';

/*
 * The docs: 409 is a "conflict; includes Idempotency-Key reuse with another body". It may be another one,
 * and pass. The bytes that were refused before must not buy then what the person has corrected.
 */
const emulator = emulatorOfEachTest({ processingMs: 0, retryDelaysMs: [] });

const kinds: Array<[string, IDataObject, RegExp]> = [
	['batches', {}, /^POST .*\/batches$/],
	['runs', { resource: 'run', model: LONE_MODEL }, /^POST .*\/runs$/],
];

it.each(kinds)(
	'what was corrected is bought, and not as it was, after a passing 409: %s',
	async (_, base, on) => {
		const of =
			(prompt: string) =>
			(item: number): IDataObject => ({
				...base,
				itemJson: { row: item, prompt },
			});
		const run = new Run(emulator(), { of: of('wrong'), items: 1 });
		emulator().faults.add({ on, kind: 'status', status: 402, times: 1 });
		await rejection(run.execute());
		emulator().faults.add({ on, kind: 'status', status: 409, code: 'CONFLICT', times: 1 });
		const corrected = { of: of('right'), storedParameters: { itemJson: '={{ corrected }}' } };
		await run.execute({ ...retry('101'), ...corrected }).catch(() => {});
		await run.execute({ ...retry('102'), ...corrected }).catch(() => {});
		const bought = [...emulator().batches.values(), ...emulator().runs.values()].flatMap(
			({ items }) => items.map(({ input }) => (input as IDataObject).prompt),
		);
		expect(bought).toEqual(['right']);
	},
);
