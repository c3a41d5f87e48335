import { startEmulator, type Emulator } from '../../../../../emulator/emulator.ts';
import { fakeClock } from '../../../../../fakes/clock.ts';
import { LONE_MODEL, runEmulated } from '../../../../../fakes/emulatedRun.ts';

let emulator: Emulator;
beforeEach(async () => {
	emulator = await startEmulator({ processingMs: 0 });
});
afterEach(async () => await emulator.close());

/** Waits for two runs, of which the second shows as running for so many reads. */
async function waitFor(readsUnderWay: number, prompt = 'a') {
	const runs = () => [...emulator.runs.keys()];
	const reads = (id: string) =>
		emulator.requests.filter(({ method, path }) => method === 'GET' && path.includes(id)).length;
	emulator.faults.add({
		on: ({ method, path }) => method === 'GET' && runs().length > 1 && path.includes(runs()[1]),
		kind: 'status',
		status: 200,
		body: { id: 'still going', status_code: 'running' },
		times: readsUnderWay,
	});
	const output = await runEmulated(
		emulator,
		{
			operation: 'createAndWait',
			model: LONE_MODEL,
			inputMode: 'jsonPerItem',
			itemJson: { prompt },
			waitFor: 'polling',
			timeout: 60,
			pollInterval: 60,
			options: {},
			requestOptions: { concurrency: 1 },
		},
		{ items: 2, edition: { clock: fakeClock() } },
	);
	const [first, second] = runs();
	return { output, reads: { first: reads(first), second: reads(second) } };
}

describe('the links of a run that finished before the others', () => {
	it('are signed anew where those took long, by one read', async () => {
		const { reads } = await waitFor(6);
		expect(reads).toEqual({ first: 2, second: 7 });
	});

	it('are those of the last read', async () => {
		const fresh = 'https://files.runflow.test/a.png?fresh';
		emulator.faults.add({
			on: ({ method, path }) => method === 'GET' && path.includes([...emulator.runs.keys()][0]),
			kind: 'status',
			status: 200,
			body: { id: 'r-1', status_code: 'succeeded', output: { image_urls: [fresh] } },
			skip: 1,
			times: 1,
		});
		const { output } = await waitFor(6);
		expect(output[0].json.urls).toEqual([fresh]);
	});

	it('are left alone where those took a moment', async () => {
		expect((await waitFor(2)).reads).toEqual({ first: 1, second: 3 });
	});

	it('are not asked for where there are none', async () => {
		expect((await waitFor(6, '[fail]')).reads.first).toBe(1);
	});

	it('stay as they were where the run cannot be read again', async () => {
		emulator.faults.add({
			on: ({ method, path }) => method === 'GET' && path.includes([...emulator.runs.keys()][0]),
			kind: 'status',
			status: 403,
			skip: 1,
			times: 1,
		});
		const { output } = await waitFor(6);
		expect(output[0].json).toMatchObject({ status_code: 'succeeded', urls: [expect.anything()] });
	});
});
