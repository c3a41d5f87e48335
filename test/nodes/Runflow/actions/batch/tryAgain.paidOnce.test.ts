import type { IDataObject } from 'n8n-workflow';

import { emulatorOfEachTest } from '../../../../fakes/emulatorOfEachTest.ts';
import { rejection } from '../../../../fakes/api.ts';
import { payments, retry, Run, statuses, type Try } from '../../../../fakes/executionChain.ts';
import { loseAnswers, posts, rowsOf, rowsSent, trying } from '../../../../fakes/triedAgain.ts';

const emulator = emulatorOfEachTest({ processingMs: 0, retryDelaysMs: [] });
let evaluations = 0;

describe.each(['constant', 'changing'])('no row is paid twice, its input being %s,', (kind) => {
	const prompts = ['fine', '[fail VALIDATION_ERROR]', '[fail 1 a]', '[fail 1 b]'];
	const plan = (more: IDataObject = {}): Try => ({
		items: prompts.length,
		of: (item) => {
			const row = rowsOf(prompts, 1, more)(item);
			const seed = kind === 'changing' ? { seed: evaluations++ } : {};
			return { ...row, itemJson: { ...(row.itemJson as IDataObject), ...seed } };
		},
	});
	const all = ['succeeded', 'failed', 'succeeded', 'succeeded'];
	const once = { 0: 1, 2: 1, 3: 1 };

	it.each<[string, Try]>([
		['Retry On Fail', {}],
		["n8n's Retry", retry('101')],
	])('where the answer to the new batch is lost for good, under %s', async (_, again) => {
		loseAnswers(emulator(), 1);
		const run = new Run(emulator(), plan());
		const error = (await rejection(run.execute())) as Error & { description: string };
		expect(error.description).toContain('continue to run');
		const output = await run.execute(again);
		expect(statuses(output)).toEqual(all);
		expect(payments(emulator())).toEqual(once);
	});

	it('where n8n was killed while the new batch was made, by polling', async () => {
		await new Run(emulator(), plan()).execute();
		const [output, error] = await outcome(new Run(emulator(), plan()).execute(retry('101')));
		if (kind === 'constant') expect(statuses(output!)).toEqual(all);
		else expect((error as Error).message).toContain('Idempotency Key already');
		expect(rowsSent(emulator())).toEqual([4, 2]);
	});

	it.each([
		['as it was', plan({ waitFor: 'callback' })],
		['corrected', { ...plan({ waitFor: 'callback' }), storedParameters: { itemJson: 'other' } }],
	])('where n8n was killed after the callback, and is run again %s', async (_, again) => {
		const parked = new Run(emulator(), plan({ waitFor: 'callback' }));
		emulator().holdBatches();
		await parked.execute();
		emulator().release();
		await emulator().settled();
		const killed = parked.fork();
		await killed.execute();
		expect(rowsSent(emulator())).toEqual([4, 2]);
		const error = await rejection(parked.execute({ ...again, ...retry('101') }));
		expect((error as Error).message).toContain('Idempotency Key already');
		await emulator().settled();
		const { 2: third, 3: fourth } = payments(emulator());
		expect([third, fourth]).toEqual([1, 1]);
	});

	it('where less is left than is to be kept, once a new batch is in doubt', async () => {
		loseAnswers(emulator(), 1);
		const options = { tryFailedRowsAgain: 1, keepAtLeast: '999999.98' };
		const run = new Run(emulator(), trying(['[fail 1 a]', '[fail 1 b]'], 1, { options }));
		await rejection(run.execute());
		await emulator().settled();
		const sent = posts(emulator()).length;
		expect((await rejection(run.execute())) as Error).toMatchObject({
			message: expect.stringContaining("'Keep at Least'"),
		});
		expect(posts(emulator())).toHaveLength(sent);
	});

	it('where Retry is pressed on an execution that has tried all it may', async () => {
		const failing = ['fine', '[fail 2 a]'];
		const run = new Run(emulator(), trying(failing, 1));
		await run.execute();
		expect(statuses(await run.execute(retry('101')))).toEqual(['succeeded', 'succeeded']);
		expect(rowsSent(emulator())).toEqual([2, 1, 1]);
	});

	it('with Continue On Fail, and the rows in doubt say that they may exist', async () => {
		loseAnswers(emulator(), 1);
		const run = new Run(emulator(), { ...plan(), continueOnFail: true });
		const output = await run.execute();
		expect(output).toHaveLength(4);
		expect(String(output[2].json.details)).toContain('may exist');
		expect(rowsSent(emulator())).toEqual([4, 2]);
	});
});

async function outcome<T>(work: Promise<T>): Promise<[T | undefined, unknown]> {
	return await work.then(
		(value): [T, undefined] => [value, undefined],
		(error: unknown): [undefined, unknown] => [undefined, error],
	);
}
