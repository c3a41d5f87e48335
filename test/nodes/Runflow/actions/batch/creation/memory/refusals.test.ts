import type { IDataObject } from 'n8n-workflow';

import { startEmulator, type Emulator } from '../../../../../../emulator/emulator.ts';
import { rejection } from '../../../../../../fakes/api.ts';
import { LONE_MODEL } from '../../../../../../fakes/emulatedRun.ts';
import { payments, retry, Run, statuses } from '../../../../../../fakes/executionChain.ts';
import { oneErrorRealm } from '../../../../../../fakes/realm.ts';

oneErrorRealm();

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 0, retryDelaysMs: [] });
});
afterEach(async () => await emulator.close());

const kinds: Array<[string, IDataObject, RegExp]> = [
	['batches', {}, /^POST .*\/batches$/],
	['lone rows', { model: LONE_MODEL }, /^POST .*\/runs$/],
	['runs', { model: LONE_MODEL, resource: 'run' }, /^POST .*\/runs$/],
];
const worlds = kinds.flatMap(([name, base, on]) =>
	[false, true].map((remembers) => ({ name, base, on, remembers })),
);
const eachOnce = { 0: 1, 1: 1, 2: 1 };
const rows =
	(base: IDataObject, last = 'good') =>
	(item: number): IDataObject => ({
		...base,
		itemJson: { row: item, prompt: item === 2 ? last : 'good' },
	});
const corrected = (base: IDataObject) => ({
	of: rows(base, 'corrected'),
	storedParameters: { itemJson: '={{ corrected in the workflow }}' },
});

describe.each(worlds)('$name that were refused, remembered: $remembers', (world) => {
	const { base, on } = world;
	const refuse = (times = 1) => emulator.faults.add({ on, kind: 'status', status: 402, times });
	beforeEach(() => {
		emulator.settings.rememberFailures = world.remembers;
	});

	it('are made by Retry On Fail', async () => {
		const run = new Run(emulator, { of: rows(base) });
		refuse();
		await rejection(run.execute());
		expect(statuses(await run.execute())).toEqual(Array(3).fill('succeeded'));
		expect(payments(emulator)).toEqual(eachOnce);
	});

	it('are made by Retry in other bytes, as those that name a callback', async () => {
		const run = new Run(emulator, { of: rows(base) });
		refuse();
		await rejection(run.execute());
		const again = { ...retry('101'), of: rows({ ...base, options: { metadata: '{"a":1}' } }) };
		expect(statuses(await run.execute(again))).toEqual(Array(3).fill('succeeded'));
		expect(payments(emulator)).toEqual(eachOnce);
	});

	it('are made once where n8n is killed after Retry On Fail made them', async () => {
		const run = new Run(emulator, { of: rows(base) });
		refuse();
		await rejection(run.execute());
		await run.execute();
		const killed = new Run(emulator, { of: rows(base) });
		await killed.execute(retry('101')).catch(() => {});
		expect(payments(emulator)).toEqual(eachOnce);
		// Where Runflow repeats what it remembers, the next press finds them.
		expect(statuses(await killed.execute(retry('102')))).toEqual(Array(3).fill('succeeded'));
		expect(payments(emulator)).toEqual(eachOnce);
	});

	it('are made once where Retry is pressed on two executions of the chain', async () => {
		const first = new Run(emulator, { of: rows(base) });
		refuse();
		await rejection(first.execute());
		const second = first.fork();
		refuse();
		await rejection(first.execute(retry('101')));
		await first.execute(retry('102'));
		expect(payments(emulator)).toEqual(eachOnce);
		await second.execute(retry('103')).catch(() => {});
		await second.execute(retry('104')).catch(() => {});
		expect(payments(emulator)).toEqual(eachOnce);
	});

	it('are not made again, as far as they are the same, where one was corrected after a Retry that is not remembered', async () => {
		const first = new Run(emulator, { of: rows(base) });
		refuse();
		await rejection(first.execute());
		const stored = first.fork();
		await first.execute(retry('101'));
		const outcome = await stored
			.execute({ ...retry('102'), ...corrected(base) })
			.catch((error: Error) => error);
		expect(outcome).toBeInstanceOf(Error);
		expect(payments(emulator)).toEqual(eachOnce);
	});
});

it.each(kinds)('too many requests say nothing of the key: %s', async (_, base, on) => {
	const run = new Run(emulator, { of: rows(base) });
	emulator.faults.add({ on, kind: 'status', status: 429, times: 5 });
	await rejection(run.execute());
	expect(JSON.stringify(run.context)).not.toContain('"status":429');
	expect(statuses(await run.execute())).toEqual(Array(3).fill('succeeded'));
	expect(payments(emulator)).toEqual(eachOnce);
});

it('a refusal of access that Runflow keeps with the key is got past', async () => {
	emulator.settings.rememberFailures = true;
	const run = new Run(emulator, { of: rows({}) });
	emulator.faults.add({ on: /^POST .*\/batches$/, kind: 'status', status: 403, times: 1 });
	await rejection(run.execute());
	expect(statuses(await run.execute())).toEqual(Array(3).fill('succeeded'));
	expect(payments(emulator)).toEqual(eachOnce);
});
