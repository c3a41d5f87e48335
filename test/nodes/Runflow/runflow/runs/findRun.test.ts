import type { IDataObject } from 'n8n-workflow';

import { startEmulator, type Emulator } from '../../../../emulator/emulator.ts';
import { rejection } from '../../../../fakes/api.ts';
import { LONE_MODEL } from '../../../../fakes/emulatedRun.ts';
import { payments, retry, Run } from '../../../../fakes/executionChain.ts';
import { oneErrorRealm } from '../../../../fakes/realm.ts';

oneErrorRealm();

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 0, retryDelaysMs: [] });
	emulator.settings.runKeys = 'ignored';
});
afterEach(async () => await emulator.close());

const rows =
	(more: IDataObject = {}) =>
	(item: number): IDataObject => ({
		resource: 'run',
		model: LONE_MODEL,
		itemJson: { row: item, prompt: 'good' },
		...more,
	});
const most = () => Math.max(...Object.values(payments(emulator)));
const lists = () =>
	emulator.requests.filter(({ method, path }) => method === 'GET' && path === '/v1/runs').length;

describe('a run that is looked for in a list which ignores the filter', () => {
	beforeEach(() => {
		emulator.settings.runFilter = 'neither';
	});

	it('is found among more than a page of them, after n8n was killed', async () => {
		emulator.faults.add({
			on: /^POST .*\/runs$/,
			kind: 'status',
			status: 402,
			times: 1,
			skip: 150,
		});
		await rejection(new Run(emulator, { of: rows(), items: 151 }).execute());
		expect(emulator.runs.size).toBe(150);
		await new Run(emulator, { of: rows(), items: 151 }).execute(retry('101'));
		expect([most(), emulator.runs.size]).toEqual([1, 151]);
	});

	it('is found where its answer was lost and the list was down', async () => {
		emulator.faults.add({
			on: /^POST .*\/runs$/,
			kind: 'status',
			status: 502,
			times: 150,
			work: true,
		});
		emulator.faults.add({ on: /^GET \/v1\/runs\?/, kind: 'status', status: 403, times: 150 });
		const run = new Run(emulator, { of: rows(), items: 150, continueOnFail: true });
		await run.execute();
		expect(emulator.runs.size).toBe(150);
		await run.execute(retry('101'));
		expect([most(), emulator.runs.size]).toEqual([1, 150]);
	});

	it("is found by a person's own key in another execution, the list being read once for all", async () => {
		const of = rows({ options: { idempotencyKey: 'order' } });
		await new Run(emulator, { of, items: 120 }).execute();
		const before = lists();
		await new Run(emulator, { of, items: 120 }).execute({
			executionId: '900',
			resumeUrl: 'http://127.0.0.1:9/webhook-waiting/900?signature=y',
		});
		expect([most(), emulator.runs.size]).toEqual([1, 120]);
		// For each row the page of the filter and what is new, and once the whole list.
		expect(lists() - before).toBeLessThanOrEqual(2 * 120 + 2);
	});
});

it.each(['batch', 'run'])(
	'a look-up that fails does not mean that there is no run: %s',
	async (resource) => {
		emulator.settings.unlistedReads = 1;
		emulator.faults.add({ on: /^POST .*\/runs$/, kind: 'reset-after', times: 1 });
		// The first look is answered, and behind; the next one gets no answer.
		emulator.faults.add({
			on: /^GET \/v1\/runs\?/,
			kind: 'status',
			status: 503,
			times: 5,
			skip: 1,
		});
		const chain = new Run(emulator, { of: rows({ resource }) });
		await rejection(chain.execute());
		expect(payments(emulator)).toEqual({ 0: 1 });
	},
);

it.each([
	['the same', 'good', 'good', true],
	['other', 'corrected', 'good', false],
])('after a kill a run of %s input is taken over: %s', async (_, prompt, first, isTaken) => {
	const of = (text: string) => (item: number) =>
		rows({ itemJson: { row: item, prompt: item === 0 ? text : 'good' } })(item);
	emulator.faults.add({ on: /^POST .*\/runs$/, kind: 'status', status: 402, times: 1, skip: 2 });
	await rejection(new Run(emulator, { of: of(first) }).execute());
	const outcome = await new Run(emulator, { of: of(prompt) })
		.execute(retry('101'))
		.catch((error: Error) => error);
	expect(Array.isArray(outcome)).toBe(isTaken);
	expect(most()).toBe(1);
});
