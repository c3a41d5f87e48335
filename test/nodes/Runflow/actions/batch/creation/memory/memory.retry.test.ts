import type { IDataObject } from 'n8n-workflow';

import { rejection } from '../../../../../../fakes/api.ts';
import {
	changing,
	creationRun,
	links,
	lostAnswers,
	paymentsOfAll,
	ROWS,
	upTo,
	ONCE,
	refusal,
} from '../../../../../../fakes/creationChain.ts';
import { createParameters } from '../../../../../../fakes/createRun.ts';
import { retry, type Try } from '../../../../../../fakes/executionChain.ts';
import { emulatorOfEachTest } from '../../../../../../fakes/emulatorOfEachTest.ts';

const emulator = emulatorOfEachTest({ processingMs: 0 });

describe("n8n's Retry with a corrected workflow", () => {
	const corrected = { itemJson: '={{ corrected }}' };

	it('creates anew what was corrected, and nothing else', async () => {
		const run = creationRun(emulator(), { change: { requestOptions: { concurrency: 1 } } });
		emulator().faults.add(refusal);
		await rejection(run.execute());
		const input = (item: number) => ({ row: item, ...(item === 120 ? { fixed: true } : {}) });
		const output = await run.execute({ ...retry('101'), storedParameters: corrected, input });
		expect(paymentsOfAll(emulator())).toEqual(ONCE);
		expect(links(output)).toEqual(upTo(ROWS));
	});

	it('creates all of it anew where all of it was corrected', async () => {
		const run = creationRun(emulator(), {
			items: 3,
			change: { operation: 'createAndWait', onFailedItems: 'error' },
		});
		const bad = (item: number) => ({ row: item, prompt: '[fail]' });
		await rejection(run.execute({ input: bad }));
		const good = (item: number) => ({ row: item, prompt: 'good' });
		const output = await run.execute({ ...retry('101'), storedParameters: corrected, input: good });
		expect(output.map(({ json }) => json.status_code)).toEqual(Array(3).fill('succeeded'));
		expect(emulator().batches.size).toBe(2);
	});

	it('creates anew for another model', async () => {
		const run = creationRun(emulator(), {
			items: 3,
			change: { operation: 'createAndWait', onFailedItems: 'error' },
		});
		const bad = (item: number) => ({ row: item, prompt: '[fail]' });
		await rejection(run.execute({ input: bad }));
		const change = { operation: 'createAndWait', model: 'acme/text-to-video' };
		const good = () => ({ prompt: 'good' });
		await run.execute({
			...retry('101'),
			storedParameters: { model: 'other' },
			input: good,
			change,
		});
		expect([...emulator().batches.values()].map(({ model }) => model.slug)).toHaveLength(2);
	});

	it('asks for what it waits for where the callback goes to the execution before', async () => {
		const resumeUrl = 'http://127.0.0.1:5678/webhook-waiting/100?signature=x';
		const change = { operation: 'createAndWait', waitFor: 'callback' };
		const run = creationRun(emulator(), { items: 3, change, resumeUrl });
		emulator().faults.add(lostAnswers);
		await rejection(run.execute());
		const output = await run.execute(retry('101'));
		expect(output.map(({ json }) => json.status_code)).toEqual(Array(3).fill('succeeded'));
		expect(emulator().batches.size).toBe(1);
	});
});

describe("n8n's Retry after rows failed", () => {
	it('runs the failed rows again, and takes over those that are paid for', async () => {
		const run = creationRun(emulator(), {
			items: 4,
			change: { operation: 'createAndWait', onFailedItems: 'error' },
		});
		const input = (item: number) => ({ row: item, prompt: item % 2 ? '[fail]' : 'good' });
		await rejection(run.execute({ input }));
		const healed = (item: number) => ({ ...changing(item), prompt: 'good' });
		const output = await run.execute({ ...retry('101'), input: healed });
		expect(output.map(({ json, pairedItem }) => [json.status_code, pairedItem])).toEqual(
			upTo(4).map((item) => ['succeeded', { item }]),
		);
		const inputs = [...emulator().batches.values()].map(({ items }) =>
			items.map(({ input: row }) => (row as IDataObject).row),
		);
		expect(inputs).toEqual([
			[0, 1, 2, 3],
			[1, 3],
		]);
	});

	it('runs the failed elements of an array again, in their places', async () => {
		const run = creationRun(emulator(), { items: 2 });
		const arrays = (prompt: string) => (item: number) => ({
			...createParameters({ operation: 'createAndWait', inputMode: 'jsonArray' })(item),
			model: 'acme/undeclared',
			batchJson: upTo(3).map((element) => ({ element, prompt: element === 1 ? prompt : 'good' })),
			waitFor: 'polling',
			onFailedItems: 'error',
		});
		const tryWith = async (prompt: string, more: Try = {}) =>
			await run.execute({ ...more, parameters: arrays(prompt) });
		await rejection(tryWith('[fail]'));
		const output = await tryWith('healed', retry('101'));
		expect(output.map(({ json, pairedItem }) => [json.status_code, pairedItem])).toEqual(
			[0, 0, 0, 1, 1, 1].map((item) => ['succeeded', { item }]),
		);
		expect(emulator().batches.size).toBe(4);
	});
});
