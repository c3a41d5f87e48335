import type { IDataObject } from 'n8n-workflow';

import { Runflow } from '../../../../../nodes/Runflow/Runflow.node.ts';
import { rejection } from '../../../../fakes/api.ts';
import { BATCH_ID } from '../../../../fakes/callbacks.ts';
import { executeContext } from '../../../../fakes/executeContext.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';
import { waitingContext } from '../../../../fakes/waitingContext.ts';

withoutNetwork();

const ITEM_ID = 'b1a2c3d4-0000-4000-8000-000000000001';
const path = `/v1/batches/${BATCH_ID}/items/${ITEM_ID}`;

async function run(change: IDataObject = {}) {
	const parameters = {
		resource: 'batchItem',
		operation: 'get',
		batchId: BATCH_ID,
		itemId: ITEM_ID,
		...change,
	};
	return (await new Runflow().execute.call(executeContext({ parameters })))[0];
}

describe('Batch Item > Get', () => {
	it('gives the item as a row, with all that Runflow tells beside', async () => {
		const item = { id: ITEM_ID, status_code: 'failed', error: { code: 'X' }, cost: '0.1', more: 1 };
		runflow().get(path).reply(200, item);
		expect(await run({ itemId: ` ${ITEM_ID}\n` })).toEqual([
			{
				json: {
					...item,
					batch_id: BATCH_ID,
					run_id: null,
					sequence_index: null,
					client_ref: null,
					output: null,
					urls: [],
				},
				pairedItem: { item: 0 },
			},
		]);
	});

	it.each([
		[{ batchId: '' }, "'Batch ID' of item 0 is empty"],
		[{ itemId: '' }, "'Item ID' of item 0 is empty"],
		[{ itemId: '0' }, `'Item ID' of item 0 must be a UUID, but is "0"`],
	])('refuses %j before anything is sent', async (change, message) => {
		expect(await rejection(run(change))).toMatchObject({ name: 'NodeOperationError', message });
		expect(requests()).toEqual([]);
	});

	it('fails with a 404', async () => {
		runflow().get(path).reply(404, { code: 'NOT_FOUND', message: 'no' });
		expect(await rejection(run())).toMatchObject({ name: 'NodeApiError', httpCode: '404' });
	});

	it('is short for an agent', async () => {
		runflow()
			.get(path)
			.reply(200, { id: ITEM_ID, status_code: 'succeeded', output: 'a text', input: 'long' });
		const parameters = {
			resource: 'batchItem',
			operation: 'get',
			batchId: BATCH_ID,
			itemId: ITEM_ID,
		};
		const { context } = waitingContext({ parameters, isTool: true });
		const [[{ json }]] = await new Runflow().execute.call(context);
		expect(json).toEqual({
			status_code: 'succeeded',
			urls: [],
			text: 'a text',
			batch_id: BATCH_ID,
		});
	});
});
