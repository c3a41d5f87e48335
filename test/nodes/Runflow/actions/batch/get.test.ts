import { Runflow } from '../../../../../nodes/Runflow/Runflow.node.ts';
import { rejection } from '../../../../fakes/api.ts';
import { BATCH_ID } from '../../../../fakes/callbacks.ts';
import { executeContext } from '../../../../fakes/executeContext.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';

withoutNetwork();

const simple = {
	id: BATCH_ID,
	status_code: 'partial_succeeded',
	items_total: 2,
	items_succeeded: 1,
	items_failed: 1,
	items_cancelled: 0,
	cost: '0.0400',
	duration_ms: 12,
	failure_code: 'X',
	failure_message: 'It broke',
	failure_stage_code: 'dispatch',
	metadata: { order: 1 },
	items: [{ id: 'i', sequence_index: 0, spare: true }],
};
const batch = { ...simple, org_id: 'o', output: { items: [] }, spare: [1] };
const get = { resource: 'batch', operation: 'get', batchId: BATCH_ID };
const run = async (parameters: Record<string, unknown>) =>
	await new Runflow().execute.call(executeContext({ parameters: parameters as never }));

describe('Batch > Get', () => {
	it('gives the whole answer, unknown fields included, when not simplified', async () => {
		runflow().get(`/v1/batches/${BATCH_ID}`).reply(200, batch);
		expect(await run({ ...get, simplify: false })).toEqual([
			[{ json: batch, pairedItem: { item: 0 } }],
		]);
	});

	it('gives state, counters, cost and items when simplified, which is the default', async () => {
		runflow().get(`/v1/batches/${BATCH_ID}`).reply(200, batch);
		const json = { ...simple, batch_id: BATCH_ID };
		expect(await run(get)).toEqual([[{ json, pairedItem: { item: 0 } }]]);
	});

	it('has a cost that is text, and no failure where there is none', async () => {
		runflow()
			.get(`/v1/batches/${BATCH_ID}`)
			.reply(200, { id: BATCH_ID, status_code: 'succeeded', cost: 0.04 });
		const [[{ json }]] = await run(get);
		expect(json).toMatchObject({ cost: '0.04' });
		expect(Object.keys(json).filter((name) => name.startsWith('failure_'))).toEqual([]);
	});

	it('takes an id with blanks around it', async () => {
		runflow().get(`/v1/batches/${BATCH_ID}`).reply(200, batch);
		await run({ ...get, batchId: ` ${BATCH_ID}\n` });
		expect(requests()).toHaveLength(1);
	});

	it.each(['', 'batch_01J0', `${BATCH_ID}/../../auth/me`, null, 7, [BATCH_ID], {}])(
		'refuses the batch id %j before anything is sent',
		async (batchId) => {
			expect(await rejection(run({ ...get, batchId }))).toMatchObject({
				name: 'NodeOperationError',
				message: expect.stringMatching(/^'Batch ID' of item 0 (must be a UUID|is empty)/),
				context: { itemIndex: 0 },
			});
			expect(requests()).toEqual([]);
		},
	);
});
