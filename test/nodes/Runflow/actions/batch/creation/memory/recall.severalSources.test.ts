import type { IDataObject } from 'n8n-workflow';

import { rejection } from '../../../../../../fakes/api.ts';
import { emulatorOfEachTest } from '../../../../../../fakes/emulatorOfEachTest.ts';
import { payments, retry, Run } from '../../../../../../fakes/executionChain.ts';

const emulator = emulatorOfEachTest({ processingMs: 0, retryDelaysMs: [] });

it('rows that were wanted at different times are taken over by their content alone', async () => {
	const of =
		(third: string, fourth = 'good') =>
		(item: number): IDataObject => ({
			operation: 'create',
			itemJson: { row: `${item} ${item === 2 ? third : item === 3 ? fourth : ''}`, prompt: 'good' },
		});
	const source = (name: string) => ({ storedParameters: { itemJson: `={{ ${name} }}` } });
	const refuse = (skip: number) =>
		emulator().faults.add({
			on: /^POST .*\/batches$/,
			kind: 'status',
			status: 402,
			skip,
			times: 1,
		});
	const run = new Run(emulator(), { items: 150 });
	refuse(1); // rows 0 to 99 are bought
	await rejection(run.execute({ of: of('A'), ...source('A') }));
	for (const [id, third, fourth] of [
		['101', 'B', 'good'],
		['102', 'C', 'c'],
	]) {
		refuse(0);
		await rejection(run.execute({ ...retry(id), of: of(third, fourth), ...source(third) }));
	}
	await run.execute({ ...retry('103'), of: of('B'), ...source('B') });
	const paid = payments(emulator());
	expect(Object.entries(paid).filter(([, times]) => times !== 1)).toEqual([]);
	expect(Object.keys(paid)).toContain('2 B');
});
