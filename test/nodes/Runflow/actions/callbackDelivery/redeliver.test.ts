import type { IDataObject } from 'n8n-workflow';

import { Runflow } from '../../../../../nodes/Runflow/Runflow.node.ts';
import { rejection } from '../../../../fakes/api.ts';
import { BATCH_ID } from '../../../../fakes/callbacks.ts';
import { executeContext, type ExecuteSetup } from '../../../../fakes/executeContext.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';

withoutNetwork();

const path = `/v1/batches/${BATCH_ID}/callback-redeliveries`;
const conflict = {
	code: 'validation_error',
	message: 'A delivery is in flight',
	errors: [{ error_type: 'conflict' }],
};

async function run(change: IDataObject = {}, setup: Partial<ExecuteSetup> = {}) {
	const parameters = {
		resource: 'callbackDelivery',
		operation: 'redeliver',
		batchId: BATCH_ID,
		simplify: false,
		...change,
	};
	return (await new Runflow().execute.call(executeContext({ parameters, ...setup })))[0];
}

describe('Callback Delivery > Redeliver', () => {
	it.each([200, 201])('gives the new delivery after a %d', async (status) => {
		runflow().post(path).reply(status, { id: 'd9', is_automatic: false, spare: 1 });
		expect(await run()).toMatchObject([
			{
				json: { id: 'd9', is_automatic: false, spare: 1, redelivered: true },
				pairedItem: { item: 0 },
			},
		]);
	});

	it('counts a batch once in a run, however many items name it', async () => {
		const other = BATCH_ID.replace(/^3/, '4');
		runflow().post(path).reply(201, { id: 'd9' });
		runflow().post(path.replace(BATCH_ID, other)).reply(201, { id: 'd10' });
		const ids = [BATCH_ID, BATCH_ID.toUpperCase(), other];
		const parameters = (item: number): IDataObject => ({
			resource: 'callbackDelivery',
			operation: 'redeliver',
			batchId: ids[item],
		});
		const output = await run({}, { items: 3, parameters });
		expect(output.map(({ json, pairedItem }) => [json.id, pairedItem])).toEqual([
			['d9', { item: 0 }],
			['d9', { item: 1 }],
			['d10', { item: 2 }],
		]);
	});

	it('is sent again in another run', async () => {
		runflow().post(path).times(2).reply(201, { id: 'd9' });
		await run();
		await run();
		expect(requests()).toHaveLength(2);
	});

	it('says what to do when a delivery is already on its way', async () => {
		runflow().post(path).reply(422, conflict);
		expect(await rejection(run())).toMatchObject({
			name: 'NodeApiError',
			message: 'A delivery of this batch is already on its way',
			description: expect.stringContaining("set 'On Conflict' to Ignore"),
			httpCode: '422',
			context: { itemIndex: 0 },
		});
	});

	it('goes on over a conflict when told to', async () => {
		runflow().post(path).reply(422, conflict);
		expect(await run({ onConflict: 'ignore' })).toEqual([
			{
				json: { batch_id: BATCH_ID, redelivered: false, reason: 'conflict' },
				pairedItem: { item: 0 },
			},
		]);
	});

	it('ignores nothing but a conflict', async () => {
		runflow()
			.post(path)
			.reply(422, { code: 'validation_error', message: 'The batch is not finished' });
		expect(await rejection(run({ onConflict: 'ignore' }))).toMatchObject({
			name: 'NodeApiError',
			message: expect.stringContaining('The batch is not finished'),
		});
	});

	it('is not repeated after a 500, which may have redelivered', async () => {
		runflow().post(path).reply(500, { code: 'X', message: 'broke' });
		expect(await rejection(run())).toMatchObject({ httpCode: '500' });
		expect(requests()).toHaveLength(1);
	});

	it('gives the conflict as an error item when it continues on fail', async () => {
		runflow().post(path).reply(422, conflict);
		const [item] = await run({}, { continueOnFail: true });
		expect(item.json.error).toBe('A delivery of this batch is already on its way');
		expect(item.pairedItem).toEqual({ item: 0 });
	});
});
