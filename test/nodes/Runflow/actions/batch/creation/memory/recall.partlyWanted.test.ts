import type { IDataObject } from 'n8n-workflow';

import { rejection } from '../../../../../../fakes/api.ts';
import { emulatorOfEachTest } from '../../../../../../fakes/emulatorOfEachTest.ts';
import { payments, retry, Run, type Try } from '../../../../../../fakes/executionChain.ts';

/* Where a part of a batch is not wanted now, and later it is. */
const emulator = emulatorOfEachTest({ processingMs: 0, retryDelaysMs: [] });
const POST = /^POST .*\/batches$/;
const of =
	(third: string) =>
	(item: number): IDataObject => ({
		operation: 'create',
		itemJson: { row: item, prompt: item === 2 ? third : 'good' },
	});
const corrected: Try = { of: of('corrected'), storedParameters: { itemJson: '={{ corrected }}' } };
const twice = () =>
	Object.entries(payments(emulator())).filter(([row, times]) => times !== 1 && row !== '2');

it('a batch in doubt, refused then,, of which a row is wanted again later', async () => {
	const run = new Run(emulator(), { items: 3 });
	emulator().faults.add({ on: POST, kind: 'reset-before', times: 5 });
	await rejection(run.execute({ of: of('good') }));
	emulator().faults.clear();
	expect(emulator().batches.size).toBe(0);
	emulator().faults.add({ on: POST, kind: 'status', status: 402, times: 1 });
	await rejection(run.execute({ ...retry('101'), ...corrected }));
	expect(emulator().batches.size).toBe(0);
	// The correction is taken back.
	await run.execute({ ...retry('102'), of: of('good') });
	expect(twice()).toEqual([]);
});

it('a batch in doubt, made then,, of which a row is wanted again later', async () => {
	const run = new Run(emulator(), { items: 3 });
	emulator().faults.add({ on: POST, kind: 'reset-after', times: 5 });
	await rejection(run.execute({ of: of('[fail]') })); // made: rows 0 and 1 succeed
	emulator().faults.clear();
	await emulator().settled();
	expect(emulator().batches.size).toBe(1);
	// The batch in doubt is given back, the corrected row is refused.
	emulator().faults.add({ on: POST, kind: 'status', status: 402, skip: 1, times: 1 });
	await rejection(run.execute({ ...retry('101'), ...corrected }));
	expect(emulator().batches.size).toBe(1);
	// The correction is taken back.
	await run.execute({ ...retry('102'), of: of('[fail]') });
	await emulator().settled();
	expect(twice()).toEqual([]);
});

it('Batch > Create gives each batch once', async () => {
	const run = new Run(emulator(), { items: 150 });
	emulator().faults.add({ on: POST, kind: 'status', status: 402, skip: 1, times: 1 });
	await rejection(run.execute({ of: of('good') }));
	emulator().faults.add({ on: POST, kind: 'status', status: 402, times: 1 });
	await rejection(run.execute({ ...retry('101'), ...corrected }));
	const output = await run.execute({ ...retry('102'), of: of('good') });
	const ids = output.map(({ json }) => json.batch_id);
	expect(ids).toHaveLength(new Set(ids).size);
});

it('what was in doubt is not forgotten where nothing can be sent now', async () => {
	const run = new Run(emulator(), { items: 3, of: of('good') });
	emulator().faults.add({ on: POST, kind: 'reset-after', times: 5 });
	await rejection(run.execute());
	emulator().faults.clear();
	const nowhere = { apiKey: emulator().apiKey, baseUrl: 'http://127.0.0.1:9' };
	await rejection(run.execute({ ...retry('101'), credential: nowhere }));
	await run.execute(retry('102'));
	expect(payments(emulator())).toEqual({ 0: 1, 1: 1, 2: 1 });
});
