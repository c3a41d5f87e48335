import type { IDataObject } from 'n8n-workflow';

import { acceptBatches, batchIdOf } from '../../../../../fakes/createRun.ts';
import { withoutNetwork } from '../../../../../fakes/network.ts';
import {
	answerBatch,
	answerItems,
	finishedBatch,
	row,
	runWaiting,
	waitingParameters,
} from '../../../../../fakes/waitingContext.ts';

withoutNetwork();

const items = [
	{ json: { sku: 'a', id: 7, nested: { x: 1 } } },
	{ json: { sku: 'b', id: 8, nested: { x: 2 } } },
];
const finish = () => {
	acceptBatches(1);
	finishedBatch({ rows: 2 });
};
const run = async (change: IDataObject, more: object = {}) =>
	(await runWaiting({ parameters: waitingParameters(change), items, ...more })).output;

it('puts all columns beside the result, whose fields keep their names', async () => {
	finish();
	const output = await run({ includeInputFields: 'all' });
	expect(output.map(({ json }) => [json.sku, json.input_id, json.nested])).toEqual([
		['a', 7, { x: 1 }],
		['b', 8, { x: 2 }],
	]);
	expect(output.map(({ json }) => [json.id, json.status_code, json.urls])).toEqual([
		[null, 'succeeded', ['https://files.runflow.test/0.png']],
		[null, 'succeeded', ['https://files.runflow.test/1.png']],
	]);
	expect(output.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
});

it('puts the chosen columns there', async () => {
	finish();
	const [{ json }] = await run({ includeInputFields: 'selected', inputFieldNames: ' sku , other' });
	expect(json.sku).toBe('a');
	expect(json).not.toHaveProperty('nested');
	expect(json).not.toHaveProperty('input_id');
});

it('puts nothing there unless told to', async () => {
	finish();
	expect((await run({}))[0].json).not.toHaveProperty('sku');
});

it('gives a column another name than any that the input has', async () => {
	finish();
	const rows = items.map(({ json }) => ({ json: { ...json, input_id: 'x' } }));
	const [{ json }] = await run({ includeInputFields: 'all' }, { items: rows });
	expect(json).toMatchObject({ id: null, input_id: 'x', input_input_id: 7 });
});

it('puts columns beside failed rows and rows that were never sent, by the same names', async () => {
	acceptBatches(1);
	answerBatch(batchIdOf(0), 'partial_succeeded');
	answerItems(batchIdOf(0), [row(0, { status_code: 'failed', error: { message: 'bad' } })]);
	const parameters = (item: number) =>
		waitingParameters({
			includeInputFields: 'all',
			itemJson: item === 0 ? { row: 0 } : '{broken',
		})(item);
	const output = await run({}, { parameters, continueOnFail: true });
	expect(output.map(({ json }) => [json.sku, json.input_id, Boolean(json.error)])).toEqual([
		['a', 7, true],
		['b', 8, true],
	]);
});

it('leaves to n8n what goes to an error output, which joins it with the input itself', async () => {
	acceptBatches(1);
	answerBatch(batchIdOf(0), 'failed');
	answerItems(batchIdOf(0), [
		row(0, { status_code: 'failed', error: { message: 'bad' } }),
		row(1, { status_code: 'failed', error: { message: 'bad' } }),
	]);
	const node = { onError: 'continueErrorOutput' };
	const output = await run({ includeInputFields: 'all' }, { node, continueOnFail: true });
	expect(Object.keys(output[0].json)).toEqual(['error', 'details']);
});

it('takes the columns of the item that names the batch in Wait', async () => {
	answerBatch(batchIdOf(0), 'succeeded', { items_total: 2 });
	answerItems(batchIdOf(0), [0, 1]);
	const parameters = () => ({
		resource: 'batch',
		operation: 'wait',
		batchId: batchIdOf(0),
		waitFor: 'polling',
		timeout: 1,
		pollInterval: 0.001,
		output: 'items',
		includeInputFields: 'all',
	});
	const output = await run({}, { parameters, items: [{ json: { order: 4711 } }] });
	expect(output.map(({ json }) => json.order)).toEqual([4711, 4711]);
});
