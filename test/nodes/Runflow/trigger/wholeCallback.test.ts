import { BATCH_ID, callbackBody, callbackPayload } from '../../../fakes/callbacks.ts';
import { requests, runflow, withoutNetwork } from '../../../fakes/network.ts';
import { receiveCallback } from '../../../fakes/receiveRun.ts';
import { row } from '../../../fakes/waitingContext.ts';

withoutNetwork();

let workflows = 0;
const receive = async (change: object, output = 'items') =>
	await receiveCallback({
		body: callbackBody({ ...change }),
		parameters: { output },
		workflowId: `workflow-${++workflows}-of-whole-callbacks`,
	});
const part = {
	output: { items: (callbackPayload().output as { items: object[] }).items.slice(1), total: 2 },
};
const path = `/v1/batches/${BATCH_ID}`;
const finished = { id: BATCH_ID, status_code: 'partial_succeeded', items_total: 2 };

describe('Runflow Trigger, one item per row', () => {
	it('asks for nothing where the callback has all rows', async () => {
		expect((await receive({})).started).toHaveLength(2);
		expect(requests()).toEqual([]);
	});

	it.each<[string, object]>([
		['no output', { output: null }],
		['some of its rows', part],
	])('reads the rows where the callback has %s', async (_, change) => {
		runflow().get(path).reply(200, finished);
		const items = [row(0), row(1, { status_code: 'failed', output: null, error: { code: 'X' } })];
		runflow().get(`${path}/items?limit=100`).reply(200, { items });
		const { status, started } = await receive(change);
		expect(status).toBe(200);
		expect(started?.map(({ json }) => [json.status_code, json.error, json.metadata])).toEqual([
			['succeeded', null, { order: 4711 }],
			['failed', { code: 'X' }, { order: 4711 }],
		]);
	});

	it('starts with what it has when the rows cannot be read', async () => {
		runflow().get(path).reply(401, {});
		expect((await receive(part)).started?.map(({ json }) => json.error)).toEqual([
			null,
			{ message: 'Runflow has no result for this row' },
		]);
		runflow().get(path).reply(401, {});
		expect((await receive({ output: null })).started).toEqual([
			{ json: expect.objectContaining({ batch_id: BATCH_ID, batch_status: 'partial_succeeded' }) },
		]);
	});

	it('passes the callback on as it is where one item per batch is wanted', async () => {
		const { started } = await receive({ output: null }, 'batch');
		expect(started).toEqual([{ json: callbackPayload({ output: null }) }]);
		expect(requests()).toEqual([]);
	});
});
