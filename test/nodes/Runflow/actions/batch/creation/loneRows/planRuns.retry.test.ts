import type { IDataObject } from 'n8n-workflow';

import { startEmulator, type Emulator } from '../../../../../../emulator/emulator.ts';
import { rejection } from '../../../../../../fakes/api.ts';
import { LONE_MODEL } from '../../../../../../fakes/emulatedRun.ts';
import { payments, retry, Run, statuses } from '../../../../../../fakes/executionChain.ts';
import { oneErrorRealm } from '../../../../../../fakes/realm.ts';

oneErrorRealm();

let emulator: Emulator;
let evaluations = 0;
beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 0, retryDelaysMs: [] });
});
afterEach(async () => await emulator.close());

const rows =
	(resource: string, prompt: string, more: IDataObject = {}) =>
	(item: number): IDataObject => ({
		resource,
		model: LONE_MODEL,
		itemJson: { row: item, prompt },
		...more,
	});
const changing = (resource: string, prompt: string) => (item: number) => ({
	...rows(resource, prompt)(item),
	itemJson: { row: item, prompt, seed: evaluations++ },
});
const eachOnce = { 0: 1, 1: 1, 2: 1 };
const refuseOnce = (skip: number) =>
	emulator.faults.add({ on: /^POST .*\/runs$/, kind: 'status', status: 402, times: 1, skip });

describe.each([
	['batch', 'honoured'],
	['batch', 'ignored'],
	['run', 'honoured'],
	['run', 'ignored'],
] as const)('runs made by %s, keys %s, in an execution by Retry', (resource, runKeys) => {
	beforeEach(() => {
		emulator.settings.runKeys = runKeys;
	});

	it('stand where they succeeded, and run again where the model failed', async () => {
		const mixed = (second: string) => (item: number) =>
			rows(resource, item === 1 ? second : 'good')(item);
		const run = new Run(emulator, { of: mixed('[fail]') });
		await rejection(run.execute());
		expect(emulator.runs.size).toBe(3);
		const output = await run.execute({ ...retry('101'), of: mixed('good') });
		expect(statuses(output)).toEqual(Array(3).fill('succeeded'));
		expect(emulator.runs.size).toBe(4);
		expect(payments(emulator)).toEqual(eachOnce);
	});

	it('are not made again where n8n was killed and remembers nothing', async () => {
		refuseOnce(2);
		await rejection(new Run(emulator, { of: rows(resource, 'good') }).execute());
		expect(emulator.runs.size).toBe(2);
		const again = { ...retry('101'), of: rows(resource, 'good') };
		expect(statuses(await new Run(emulator, {}).execute(again))).toEqual(
			Array(3).fill('succeeded'),
		);
		expect(payments(emulator)).toEqual(eachOnce);
	});

	it('are neither made again nor taken for results of other rows, where expressions have changed since', async () => {
		refuseOnce(2);
		await rejection(new Run(emulator, { of: changing(resource, 'good') }).execute());
		const again = { ...retry('101'), of: changing(resource, 'good') };
		expect(await rejection(new Run(emulator, {}).execute(again))).toMatchObject({
			description: expect.stringContaining('with other input'),
		});
		expect(payments(emulator)).toEqual({ 0: 1, 1: 1 });
	});

	it('are made once where Retry is pressed twice', async () => {
		const first = new Run(emulator, { of: rows(resource, '[fail]') });
		await rejection(first.execute());
		const second = first.fork();
		await first.execute({ ...retry('101'), of: rows(resource, 'good') });
		await second.execute({ ...retry('102'), of: rows(resource, 'good') });
		expect(payments(emulator)).toEqual(eachOnce);
	});

	it.each([{}, { idempotencyKey: 'order' }])(
		'are made under another key and reference where an earlier Retry got failed ones: %j',
		async (options) => {
			const failing = { of: rows(resource, '[fail]', { options, onFailedItems: 'output' }) };
			const first = new Run(emulator, failing);
			await first.execute();
			const second = first.fork();
			await first.execute(retry('101'));
			expect(await second.execute(retry('102'))).toHaveLength(3);
			const made = [...emulator.runs.values()].map(({ items }) => items[0].clientRef);
			expect([made.length, new Set(made).size]).toEqual([9, 9]);
		},
	);

	it('stay in doubt while nobody can look for them, and are made once', async () => {
		emulator.faults.add({ on: /^POST .*\/runs$/, kind: 'reset-after', times: 1 });
		emulator.faults.add({ on: /^GET \/v1\/runs\?/, kind: 'status', status: 403, times: 2 });
		const run = new Run(emulator, { of: changing(resource, 'good') });
		await rejection(run.execute());
		await rejection(run.execute());
		expect(emulator.runs.size).toBe(1);
		expect(statuses(await run.execute(retry('101')))).toEqual(Array(3).fill('succeeded'));
		expect(payments(emulator)).toEqual(eachOnce);
	});
});
