import type { IDataObject } from 'n8n-workflow';

import { Runflow } from '../../../../../../../nodes/Runflow/Runflow.node.ts';
import { rejection } from '../../../../../../fakes/api.ts';
import { loneRowsOfEachTest } from '../../../../../../fakes/loneRowsOfEachTest.ts';
import { waitingContext } from '../../../../../../fakes/waitingContext.ts';

const { emulator, hints, kept, posts, run } = loneRowsOfEachTest();
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('rows of a model that takes no batches', () => {
	it('run each by itself, and come out in order, linked and in the shape of every row', async () => {
		const output = await run({}, { items: 3 });
		expect(output.map(({ json }) => emulator().runs.get(String(json.id))?.items[0].input)).toEqual(
			upTo(3).map((row) => ({ prompt: `row ${row}` })),
		);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(upTo(3).map((item) => ({ item })));
		expect(Object.keys(output[0].json).sort()).toEqual(
			'batch_id client_ref cost error id output run_id sequence_index status_code urls'.split(' '),
		);
		expect(output[0].json).toMatchObject({ batch_id: null, client_ref: null, cost: '0.10' });
		expect(kept().runIds).toEqual(output.map(({ json }) => json.id));
		expect(hints()).toEqual(['3 of 3 rows succeeded, cost 0.30']);
	});

	it('are told of where Batch > Create gives runs', async () => {
		await run({ operation: 'create', callback: 'none' });
		expect(hints()).toEqual([expect.stringMatching(/takes no batches.*Run > Get.*Run events/)]);
	});

	it('ask for a batch once for a thousand rows, but for those under way', async () => {
		const options = { requestOptions: { concurrency: 2 }, operation: 'create', callback: 'none' };
		expect(await run(options, { items: 1_000 })).toHaveLength(1_000);
		expect(posts('/batches').length).toBeLessThanOrEqual(2);
		expect(emulator().charges).toHaveLength(1_000);
	});

	it('bring labels, metadata and rows of arrays along', async () => {
		const output = await run(
			{
				inputMode: 'jsonArray',
				batchJson: [{ prompt: 'a', client_ref: 'first' }, { prompt: 'b' }],
				options: { metadata: { order: 1 } },
			},
			{ items: 2 },
		);
		expect(output.map(({ json, pairedItem }) => [json.client_ref, pairedItem])).toEqual([
			['first', { item: 0 }],
			[null, { item: 0 }],
			['first', { item: 1 }],
			[null, { item: 1 }],
		]);
		expect([...emulator().runs.values()].map(({ metadata }) => metadata)).toEqual(
			expect.arrayContaining([{ order: 1, client_ref: 'first' }, { order: 1 }]),
		);
		expect(new Set([...emulator().runs.values()].map(({ items }) => items[0].clientRef)).size).toBe(
			4,
		);
	});

	it('go out under another key than the batch that was refused, which Runflow may remember', async () => {
		emulator().settings.rememberFailures = true;
		const options = { idempotencyKey: 'order-1' };
		expect(await run({ options, requestOptions: { concurrency: 1 } })).toHaveLength(3);
		const keys = (end: string) => posts(end).map(({ headers }) => headers['idempotency-key']);
		expect(keys('/batches')).toEqual(['order-1']);
		expect(keys('/runs')).toEqual(['order-1-run', 'order-1-run-2', 'order-1-run-3']);
	});

	it('go beside batches of models that take some', async () => {
		const names = ['acme/undeclared', 'acme/provider-only', 'acme/undeclared'];
		const { context: execute } = waitingContext({
			parameters: (row) => ({
				resource: 'batch',
				operation: 'create',
				model: { __rl: true, mode: 'id', value: names[row] },
				inputMode: 'jsonPerItem',
				itemJson: { prompt: `row ${row}` },
				callback: 'none',
				options: {},
			}),
			items: 3,
			credential: { apiKey: emulator().apiKey, baseUrl: emulator().url },
		});
		const [output] = await new Runflow().execute.call(execute);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual([
			[{ item: 0 }, { item: 2 }],
			[{ item: 1 }],
		]);
		expect(output[1].json).toMatchObject({ run_id: output[1].json.id, status_code: 'queued' });
		expect([emulator().batches.size, emulator().runs.size]).toEqual([1, 1]);
	});

	it.each<[string, IDataObject, number]>([
		['Fail is chosen', { options: { noBatches: 'fail' } }, 2],
		['a later node waits', { operation: 'create', callback: 'resume' }, 2],
		['the node was saved with version 0.1.0', {}, 1],
	])('are refused, and nothing runs, when %s', async (_, change, typeVersion) => {
		const error = (await rejection(run(change, { node: { typeVersion } }))) as Error;
		expect(error.message).toBe('acme/provider-only cannot run as a batch');
		expect(emulator().charges).toEqual([]);
	});

	it('run in a node saved with version 0.1.0 where that is chosen', async () => {
		const options = { noBatches: 'eachRow' };
		expect(await run({ options }, { node: { typeVersion: 1 } })).toHaveLength(3);
	});

	it('fail alone when Runflow refuses one of them, and Continue On Fail is on', async () => {
		emulator().faults.add({ on: /\/runs$/, kind: 'status', status: 402, times: 1 });
		const output = await run({}, { continueOnFail: true });
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(upTo(3).map((item) => ({ item })));
		expect(output.filter(({ json }) => json.status_code === 'succeeded')).toHaveLength(2);
		expect(output.filter(({ json }) => typeof json.error === 'string')).toHaveLength(1);
	});

	it('of a run that exists are named when another one fails', async () => {
		emulator().faults.add({ on: /\/runs$/, kind: 'status', status: 402, times: 1, skip: 1 });
		const requestOptions = { concurrency: 1 };
		const error = (await rejection(run({ requestOptions }))) as Error & { description: string };
		const [id] = emulator().runs.keys();
		expect(error.description).toContain(
			`These runs were created and continue to run: ${id} (item 0).`,
		);
	});
});
