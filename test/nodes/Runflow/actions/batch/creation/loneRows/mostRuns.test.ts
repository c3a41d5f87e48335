import type { IDataObject } from 'n8n-workflow';

import { emulatorOfEachTest } from '../../../../../../fakes/emulatorOfEachTest.ts';
import { LONE_MODEL } from '../../../../../../fakes/emulatedRun.ts';
import { retry, Run, statuses, type Try } from '../../../../../../fakes/executionChain.ts';

const emulator = emulatorOfEachTest({ processingMs: 0, retryDelaysMs: [] });

const parking = (resource: string, items: number, more: IDataObject = {}): Try => ({
	items,
	of: () => ({ resource, model: LONE_MODEL, waitFor: 'callback', ...more }),
	input: (item) => ({ prompt: `row ${item}` }),
});
const callbackUrls = () => [...emulator().runs.values()].map(({ callbackUrl }) => callbackUrl);
const resumeUrl = (execution: string) =>
	expect.stringContaining(`/webhook-waiting/${execution}/`) as unknown;

describe.each(['batch', 'run'])('runs that are waited for, made by %s,', (resource) => {
	it.each(['callback', 'automatic'])('call back by %s, up to twenty', async (waitFor) => {
		const run = new Run(emulator(), parking(resource, 20, { waitFor }));
		emulator().holdBatches();
		const input = await run.execute();
		expect([run.parkedUntil.length, input.length]).toEqual([1, 20]);
		expect(callbackUrls()).toEqual(Array(20).fill(resumeUrl('100')));
		emulator().release();
		await emulator().settled();
		const output = await run.execute();
		expect([run.parkedUntil.length, statuses(output)]).toEqual([0, Array(20).fill('succeeded')]);
		expect(emulator().charges).toHaveLength(20);
	});

	it('are polled when they are more than twenty, and the panel says so', async () => {
		const run = new Run(emulator(), parking(resource, 21));
		expect(statuses(await run.execute())).toEqual(Array(21).fill('succeeded'));
		expect(callbackUrls()).toEqual(Array(21).fill(null));
		expect(run.hints).toEqual([
			expect.stringContaining('with more than 20 runs n8n handles callbacks slowly'),
			expect.stringContaining('21 of 21 rows succeeded'),
		]);
	});

	it('need no callback where they are finished before the execution is parked', async () => {
		const run = new Run(emulator(), parking(resource, 2));
		emulator().holdBatches();
		await run.execute();
		emulator().release();
		await emulator().settled();
		expect(statuses(await run.fork().execute())).toEqual(Array(2).fill('succeeded'));
	});

	it('are polled where they call an execution that was killed', async () => {
		emulator().holdBatches();
		await new Run(emulator(), parking(resource, 3)).execute();
		emulator().release();
		await emulator().settled();
		const run = new Run(emulator(), parking(resource, 3));
		const output = await run.execute(retry('101'));
		expect([run.parkedUntil.length, statuses(output)]).toEqual([0, Array(3).fill('succeeded')]);
		expect(callbackUrls()).toEqual(Array(3).fill(resumeUrl('100')));
	});

	it('that failed are parked for again', async () => {
		const options = { tryFailedRowsAgain: 1 };
		const run = new Run(emulator(), {
			...parking(resource, 3, { options }),
			input: (item) => ({ prompt: item === 1 ? '[fail 1 a]' : 'fine' }),
		});
		for (const made of [3, 4]) {
			emulator().holdBatches();
			await run.execute();
			expect([run.parkedUntil.length, emulator().runs.size]).toEqual([1, made]);
			emulator().release();
			await emulator().settled();
		}
		const output = await run.execute();
		expect(output.map(({ json }) => [json.status_code, json.tries])).toEqual([
			['succeeded', 1],
			['succeeded', 2],
			['succeeded', 1],
		]);
	});
});
