import type { IDataObject } from 'n8n-workflow';

import { Runflow } from '../../../../../nodes/Runflow/Runflow.node.ts';
import { rejection } from '../../../../fakes/api.ts';
import { BATCH_ID } from '../../../../fakes/callbacks.ts';
import { executeContext } from '../../../../fakes/executeContext.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';

withoutNetwork();

const path = `/v1/batches/${BATCH_ID}/callback`;
const deliveries = Array.from({ length: 60 }, (_, index) => ({
	id: `d${index}`,
	status_code: 'succeeded',
	attempts: [{ attempt_number: 1, status_code: 200 }],
	spare: index,
}));

async function run(change: IDataObject, items = 1) {
	const parameters = {
		resource: 'callbackDelivery',
		operation: 'getAll',
		batchId: BATCH_ID,
		simplify: false,
		...change,
	};
	return (await new Runflow().execute.call(executeContext({ parameters, items })))[0];
}

describe('Callback Delivery > Get Many', () => {
	it.each<[IDataObject, number]>([
		[{ returnAll: true }, 60],
		[{ returnAll: false, limit: 7 }, 7],
		[{ returnAll: false, limit: 100 }, 60],
		[{}, 50],
	])('with %j gives %d, in order and with their attempts', async (change, count) => {
		runflow().get(path).reply(200, JSON.stringify(deliveries));
		const output = await run(change);
		expect(output).toHaveLength(count);
		expect(output).toMatchObject(
			deliveries.slice(0, count).map((json) => ({ json, pairedItem: { item: 0 } })),
		);
	});

	it('links each delivery to its own input item', async () => {
		runflow()
			.get(path)
			.times(2)
			.reply(200, JSON.stringify(deliveries.slice(0, 2)));
		const output = await run({}, 2);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(
			[0, 0, 1, 1].map((item) => ({ item })),
		);
	});

	it('gives nothing for a batch without deliveries', async () => {
		runflow().get(path).reply(200, '[]');
		expect(await run({})).toEqual([]);
	});

	it('refuses a bad batch id before anything is sent', async () => {
		expect(await rejection(run({ batchId: 'nope' }))).toMatchObject({
			name: 'NodeOperationError',
			context: { itemIndex: 0 },
		});
		expect(requests()).toEqual([]);
	});
});
