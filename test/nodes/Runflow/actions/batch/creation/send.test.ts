import type { IDataObject } from 'n8n-workflow';

import { startEmulator, type Emulator } from '../../../../../emulator/emulator.ts';
import { rejection } from '../../../../../fakes/api.ts';
import { fakeClock } from '../../../../../fakes/clock.ts';
import { LONE_MODEL } from '../../../../../fakes/emulatedRun.ts';
import { payments, retry, Run } from '../../../../../fakes/executionChain.ts';
import { oneErrorRealm } from '../../../../../fakes/realm.ts';

oneErrorRealm();

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 0, retryDelaysMs: [] });
});
afterEach(async () => await emulator.close());

/** n8n's clock is two seconds ahead of Runflow's, so that what is new looks old. */
const ahead = () => ({
	edition: { clock: { ...fakeClock(), now: () => Date.now() + 2_000 } },
});
const kinds: Array<[string, IDataObject, RegExp, RegExp]> = [
	['batches', {}, /^POST .*\/batches$/, /^GET \/v1\/batches\/[^/]+$/],
	['lone rows', { model: LONE_MODEL }, /^POST .*\/runs$/, /^GET \/v1\/runs\/[^?]/],
	['runs', { model: LONE_MODEL, resource: 'run' }, /^POST .*\/runs$/, /^GET \/v1\/runs\/[^?]/],
];
const eachOnce = { 0: 1, 1: 1, 2: 1 };

describe.each(kinds)('%s that exist', (_, base, post, get) => {
	const of = (item: number): IDataObject => ({
		...base,
		itemJson: { row: item, prompt: 'good' },
		onFailedItems: 'output',
	});

	it.each([429, 403, 401, 500])(
		'are not forgotten where they cannot be looked at: %d',
		async (status) => {
			const chain = new Run(emulator, { of, ...ahead() });
			emulator.faults.add({ on: post, kind: 'status', status: 402, times: 1 });
			await rejection(chain.execute());
			emulator.faults.add({ on: get, kind: 'status', status, times: 20 });
			await chain.execute(retry('101')).catch(() => {});
			expect(payments(emulator)).toEqual(eachOnce);
			await chain.execute(retry('102')).catch(() => {});
			expect(payments(emulator)).toEqual(eachOnce);
		},
	);

	it('come out once for each row under Continue On Fail, though they cannot be looked at', async () => {
		const chain = new Run(emulator, { of, continueOnFail: true, ...ahead() });
		emulator.faults.add({ on: post, kind: 'status', status: 402, times: 1 });
		await chain.execute();
		emulator.faults.add({ on: get, kind: 'status', status: 500, times: 5 });
		const output = await chain.execute(retry('101'));
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
	});
});

it('a model that takes no batches has made none, though an answer was lost before', async () => {
	emulator.faults.add({ on: /^POST .*\/batches$/, kind: 'status', status: 503, times: 1 });
	const of = (item: number) => ({ model: LONE_MODEL, itemJson: { row: item, prompt: 'good' } });
	expect(await new Run(emulator, { of }).execute()).toHaveLength(3);
	expect(payments(emulator)).toEqual(eachOnce);
});
