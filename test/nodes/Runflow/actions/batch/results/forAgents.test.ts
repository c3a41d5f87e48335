import { NodeHelpers, type IDataObject, type INodeExecutionData } from 'n8n-workflow';

import { rowsForAgents } from '../../../../../../nodes/Runflow/actions/batch/results/forAgents.ts';
import { Runflow } from '../../../../../../nodes/Runflow/Runflow.node.ts';
import { acceptBatches, batchIdOf } from '../../../../../fakes/createRun.ts';
import { runflow, withoutNetwork } from '../../../../../fakes/network.ts';
import { fakeNode } from '../../../../../fakes/node.ts';
import { answerBatch, answerItems, row, runWaiting } from '../../../../../fakes/waitingContext.ts';

withoutNetwork();

const described = (resource: string, operation: string) => {
	const node = fakeNode({ parameters: { resource, operation, descriptionType: 'auto' } });
	return NodeHelpers.getToolDescriptionForNode(node, new Runflow());
};

describe('what an agent reads of the tool', () => {
	it.each([
		['batch', 'createAndWait', 'Run image or video model on rows and wait for results in Runflow'],
		['batch', 'create', 'Start image or video model on rows without waiting in Runflow'],
		['batch', 'get', 'Get state of image or video batch in Runflow'],
		['batch', 'wait', 'Wait for results of image or video batch in Runflow'],
		['batchItem', 'get', 'Get result of one row of image or video batch in Runflow'],
		['batchItem', 'getAll', 'Get many results of image or video batch in Runflow'],
		[
			'run',
			'createAndWait',
			'Run image or video model once per item and wait for result in Runflow',
		],
		['run', 'create', 'Start image or video model once per item without waiting in Runflow'],
		['run', 'get', 'Get result of image or video run in Runflow'],
		['account', 'getBalance', 'Get balance of credit for images and videos in Runflow'],
	])('%s: %s says what is made', (resource, operation, text) => {
		expect(described(resource, operation)).toBe(text);
	});
});

describe('what comes back to an agent', () => {
	const result = (change: IDataObject = {}): INodeExecutionData => ({
		json: {
			status_code: 'succeeded',
			output: {
				outputs: [{ type: 'image', url: 'https://f.test/a.png', content_type: 'image/png' }],
			},
			urls: ['https://f.test/a.png'],
			error: null,
			id: 'i-1',
			run_id: 'r-1',
			batch_id: 'b-1',
			sequence_index: 0,
			client_ref: null,
			cost: '0.10',
			...change,
		},
		pairedItem: { item: 0 },
	});

	it('is links and text', () => {
		const written = { output: { outputs: [{ text: 'a cat' }], caption: 'on a mat' }, urls: [] };
		expect(rowsForAgents([result(), result(written)]).map(({ json }) => json)).toEqual([
			{ status_code: 'succeeded', urls: ['https://f.test/a.png'], cost: '0.10', batch_id: 'b-1' },
			{
				status_code: 'succeeded',
				urls: [],
				text: 'a cat\non a mat',
				cost: '0.10',
				batch_id: 'b-1',
			},
		]);
	});

	it('is a reason where a row failed, and the run where there is no batch', () => {
		const error = { code: 'C', message: 'bad' };
		const failed = {
			status_code: 'failed',
			output: null,
			urls: [],
			error,
			cost: null,
			batch_id: null,
		};
		expect(rowsForAgents([result(failed)])[0].json).toEqual({
			status_code: 'failed',
			urls: [],
			error: 'bad',
			run_id: 'r-1',
		});
		const never = { json: { error: 'no input' } };
		expect(rowsForAgents([never])).toEqual([never]);
	});

	it('is short however many rows there are, and however long the text', () => {
		const output = 'x'.repeat(100_000);
		const items = rowsForAgents(Array.from({ length: 100 }, () => result({ output })));
		expect(items).toHaveLength(21);
		expect(items[20].json.message).toBe(
			'100 of 100 rows succeeded, cost 10.00. These are the first 20. Read the others by the ID of their batch: b-1.',
		);
		expect(JSON.stringify(items).length).toBeLessThan(60_000);
	});

	it('is the same where an agent reads results by their IDs later', async () => {
		const output = { outputs: [{ url: 'https://f.test/a.png' }] };
		answerItems(batchIdOf(0), [row(0, { input: { prompt: 'long' }, output })]);
		const runId = batchIdOf(7);
		runflow()
			.get(`/v1/runs/${runId}`)
			.query(true)
			.reply(200, { id: runId, status_code: 'succeeded', input: { prompt: 'long' }, output });
		const urls = ['https://f.test/a.png'];
		const read = async (parameters: IDataObject) =>
			(await runWaiting({ isTool: true, parameters })).output.map(({ json }) => json);
		const batchId = batchIdOf(0);
		expect(await read({ resource: 'batchItem', operation: 'getAll', batchId })).toEqual([
			{ status_code: 'succeeded', urls, batch_id: batchId },
		]);
		expect(await read({ resource: 'run', operation: 'get', runId })).toEqual([
			{ status_code: 'succeeded', urls, run_id: runId },
		]);
	});

	it('is that of Create and Wait as a tool', async () => {
		acceptBatches(1);
		answerBatch(batchIdOf(0), 'succeeded');
		answerItems(batchIdOf(0), [row(0)]);
		const { output } = await runWaiting({ isTool: true });
		expect(output.map(({ json }) => json)).toEqual([
			{
				status_code: 'succeeded',
				urls: ['https://files.runflow.test/0.png'],
				batch_id: batchIdOf(0),
			},
		]);
	});
});
