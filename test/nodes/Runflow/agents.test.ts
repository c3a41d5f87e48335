import {
	NodeHelpers,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type INodeType,
} from 'n8n-workflow';

import { rowsForAgents } from '../../../nodes/Runflow/actions/batch/results/forAgents.ts';
import { Runflow } from '../../../nodes/Runflow/Runflow.node.ts';
import { acceptBatches, batchIdOf } from '../../fakes/createRun.ts';
import { runflow, withoutNetwork } from '../../fakes/network.ts';
import { fakeNode } from '../../fakes/node.ts';
import { answerBatch, answerItems, row, runWaiting } from '../../fakes/waitingContext.ts';

withoutNetwork();

/** The node as n8n makes a tool of it (n8n, tool-generation). */
function asTool(): INodeType {
	const { description } = new Runflow();
	const { usableAsTool } = description;
	if (typeof usableAsTool !== 'object') throw new Error('the tool has nothing of its own');
	return { description: { ...description, ...usableAsTool.replacements } };
}

const described = (resource: string, operation: string) => {
	const node = fakeNode({ parameters: { resource, operation, descriptionType: 'auto' } }) as INode;
	return NodeHelpers.getToolDescriptionForNode(node, asTool());
};

describe('what an agent reads of the tool', () => {
	it.each([
		['batch', 'createAndWait', /^Make images or videos.*links.*costs money.*runs in Runflow$/],
		['batch', 'create', /^Start making.*without waiting.*ID.*runs in Runflow$/],
		['batch', 'get', /^Read by the ID of a batch.*runs in Runflow$/],
		['batch', 'wait', /^Wait for a batch.*links.*runs in Runflow$/],
		['batchItem', 'getAll', /^Get the results.*links.*in Runflow$/],
		['run', 'createAndWait', /^Make an image or a video.*costs money.*in Runflow$/],
		['run', 'create', /^Start making an image.*ID of a run.*in Runflow$/],
		['run', 'get', /^Get an image or a video.*links.*in Runflow$/],
		['account', 'getBalance', /^Get the credit.*in Runflow$/],
		['media', 'upload', /^Upload media in Runflow$/],
	])('%s: %s says what it does', (resource, operation, text) => {
		expect(described(resource, operation)).toMatch(text);
	});

	it('has the fields of the node, and leaves the actions of the editor as they are', () => {
		const names = (type: INodeType) => type.description.properties.map(({ name }) => name);
		expect(names(asTool())).toEqual(names(new Runflow()));
		const action = JSON.stringify(new Runflow().description.properties);
		expect(action).toContain('"action":"Create batch and wait for its results"');
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
