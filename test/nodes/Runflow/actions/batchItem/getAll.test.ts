import type { IDataObject } from 'n8n-workflow';

import { Runflow } from '../../../../../nodes/Runflow/Runflow.node.ts';
import { rejection } from '../../../../fakes/api.ts';
import { BATCH_ID } from '../../../../fakes/callbacks.ts';
import { executeContext } from '../../../../fakes/executeContext.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';

withoutNetwork();

const path = `/v1/batches/${BATCH_ID}/items`;
const rows = (from: number, to: number) =>
	Array.from({ length: to - from }, (_, index) => ({
		sequence_index: from + index,
		status_code: 'succeeded',
		spare: 'x',
	}));

async function run(change: IDataObject = {}, items = 1) {
	const parameters = {
		resource: 'batchItem',
		operation: 'getAll',
		batchId: BATCH_ID,
		...change,
	};
	return (await new Runflow().execute.call(executeContext({ parameters, items })))[0];
}

describe('Batch Item > Get Many', () => {
	it('gives all rows, page by page, linked to the input item', async () => {
		runflow()
			.get(`${path}?limit=100`)
			.reply(200, { items: rows(0, 60), next: 'c' })
			.get(`${path}?limit=100&pq=c`)
			.reply(200, { items: rows(60, 100) });
		const output = await run({ returnAll: true });
		const shape = { batch_id: BATCH_ID, output: null, urls: [], error: null, cost: null };
		expect(output).toEqual(
			rows(0, 100).map((row) => ({
				json: { ...row, ...shape, id: null, run_id: null, client_ref: null },
				pairedItem: { item: 0 },
			})),
		);
	});

	it.each<[IDataObject, number]>([
		[{}, 50],
		[{ limit: 7 }, 7],
	])('with %j asks for %d', async (change, count) => {
		runflow()
			.get(`${path}?limit=${count}`)
			.reply(200, { items: rows(0, count), next: 'more' });
		expect(await run(change)).toHaveLength(count);
	});

	it('links the rows of each batch to its own input item', async () => {
		runflow()
			.get(`${path}?limit=50`)
			.times(2)
			.reply(200, { items: rows(0, 2) });
		const output = await run({}, 2);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 0, 1, 1].map((item) => ({ item })),
		);
	});

	it.each([{ limit: 0 }, { limit: 1.5 }, { batchId: 'nope' }])(
		'refuses %j before anything is sent',
		async (change) => {
			expect(await rejection(run(change))).toMatchObject({ name: 'NodeOperationError' });
			expect(requests()).toEqual([]);
		},
	);
});
