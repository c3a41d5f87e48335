import { readCallback, type BatchCallback } from '../../../../nodes/Runflow/runflow/index.ts';
import { triggerItems } from '../../../../nodes/Runflow/trigger/triggerItems.ts';
import { BATCH_ID, callbackBody, callbackPayload } from '../../../fakes/callbacks.ts';

function callback(change: Record<string, unknown> = {}): BatchCallback {
	const reading = readCallback(callbackBody(change));
	if (!reading.valid) throw new Error(reading.fault);
	return reading.callback;
}

const batch = {
	event: 'batch.partial_succeeded',
	batch_id: BATCH_ID,
	batch_status: 'partial_succeeded',
	metadata: { order: 4711 },
	completed_at: '2026-05-06T10:00:01.234+00:00',
};

describe('triggerItems', () => {
	it('is the callback as it is, unknown fields included', () => {
		expect(triggerItems(callback({ spare: [1] }), 'batch')).toEqual([
			{ json: callbackPayload({ spare: [1] }) },
		]);
	});

	it('is one item per row with the batch beside it, failed rows with their error', () => {
		const rows = triggerItems(callback(), 'items').map(({ json }) => json);
		expect(rows).toEqual([
			{
				...batch,
				id: 'b1a2c3d4-0000-4000-8000-000000000000',
				sequence_index: 0,
				status_code: 'succeeded',
				client_ref: 'row-0',
				run_id: 'b1a2c3d4-0000-4000-8000-000000000010',
				input: { prompt: 'a' },
				output: { url: 'https://files.runflow.test/a.png' },
				urls: ['https://files.runflow.test/a.png'],
				error: null,
				cost: null,
			},
			{
				...batch,
				id: 'b1a2c3d4-0000-4000-8000-000000000001',
				sequence_index: 1,
				status_code: 'failed',
				client_ref: 'row-1',
				run_id: 'b1a2c3d4-0000-4000-8000-000000000011',
				input: { prompt: 'b' },
				error: { code: 'MODEL_ERROR' },
				output: null,
				urls: [],
				cost: null,
			},
		]);
	});

	it('has an item with an error for every row that the callback does not tell of', () => {
		const { items } = callbackPayload().output as { items: object[] };
		const output = { items: items.slice(1), total: 3 };
		const rows = triggerItems(callback({ output }), 'items').map(({ json }) => json);
		expect(rows.map(({ sequence_index, error }) => [sequence_index, error])).toEqual([
			[0, null],
			[1, { message: 'Runflow has no result for this row' }],
			[2, { message: 'Runflow has no result for this row' }],
		]);
	});

	it('has an error for a row whose state tells nothing', () => {
		const output = { items: [{ sequence_index: 0, status_code: 'expired' }] };
		expect(triggerItems(callback({ output }), 'items')[0].json.error).toEqual({
			message: "The batch is finished, but this row has the state 'expired'",
		});
	});

	it.each([null, {}, { items: [] }])('is one item when the output is %j', (output) => {
		expect(triggerItems(callback({ output }), 'items')).toEqual([{ json: batch }]);
	});
});
