import type { INodeListSearchResult, INodeParameters } from 'n8n-workflow';

import { askEditor, fieldsOf } from '../stage/editorRequests.ts';
import { createAndWait, jsonOf, linkedRow, run } from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { manualRows, node, workflow } from '../stage/workflow.ts';

let stage: Stage;

beforeAll(async () => {
	stage = await startStage();
}, 900_000);
afterAll(async () => await stage?.close());
afterEach(() => {
	stage.emulator.faults.clear();
	stage.emulator.settings.modelEmbeds = ['inputs', 'outputs', 'model_creator'];
});

const list = async (filter?: string, paginationToken?: string) =>
	await askEditor<INodeListSearchResult>(stage, 'resource-locator-results', {
		methodName: 'searchModels',
		filter,
		paginationToken,
	});

describe('the list of a Model field', () => {
	it('has pages, and every model once', async () => {
		const first = await list();
		const second = await list(undefined, first.paginationToken);
		const values = [...first.results, ...second.results].map(({ value }) => value);
		expect(values).toHaveLength(63);
		expect(new Set(values).size).toBe(63);
		expect(second.paginationToken).toBeUndefined();
		expect(first.results[3]).toEqual({
			name: 'Nano Banana Pro (google/nano-banana-pro)',
			value: 'google/nano-banana-pro',
			description: 'Makes and edits pictures from text.',
		});
	});

	it.each([
		['banana', ['google/nano-banana-pro']],
		['pro NANO google', ['google/nano-banana-pro']],
		['object removal', ['runflow/object-removal/prompt']],
		['nothing like it', []],
	])('finds by %s', async (filter, expected) => {
		expect((await list(filter)).results.map(({ value }) => value)).toEqual(expected);
	});

	it('finds where Runflow refuses filters and embeds, and where the key may not search', async () => {
		stage.emulator.settings.modelEmbeds = [];
		stage.emulator.faults.add({ on: /\?(.*&)?q=/, kind: 'status', status: 422, times: Infinity });
		expect((await list('banana')).results).toHaveLength(1);
		stage.emulator.faults.add({
			on: /GET \/v1\/models\?/,
			kind: 'status',
			status: 403,
			times: Infinity,
		});
		expect((await list('banana')).results).toHaveLength(1);
	});

	it('says what is wrong when the key is', async () => {
		const on = 'GET /v1/models*';
		stage.emulator.faults.add({ on, kind: 'status', status: 401, times: Infinity });
		await expect(list()).rejects.toThrow('Runflow does not accept the API key');
		await expect(fieldsOf(stage, 'google/nano-banana-pro')).rejects.toThrow(
			'does not accept the API key',
		);
	});
});

describe('the fields of a model', () => {
	it('come from its declarations', async () => {
		const { fields } = await fieldsOf(stage, 'google/nano-banana-pro');
		expect(
			fields.map(({ id, type, required, defaultValue }) => [id, type, required, defaultValue]),
		).toEqual([
			['prompt', 'string', true, null],
			['image_urls', 'string', false, null],
			['num_images', 'number', false, 1],
			['guidance', 'number', false, 7.5],
			['transparent', 'boolean', false, false],
			['style', 'options', false, null],
			['config', 'object', false, null],
		]);
		expect(fields[5].options?.map(({ value }) => value)).toEqual(['natural', 'vivid', 'line art']);
	});

	it('are explained where there are none', async () => {
		expect(await fieldsOf(stage, 'acme/undeclared')).toMatchObject({
			fields: [],
			emptyFieldsNotice: expect.stringContaining('JSON per Item'),
		});
		expect(await fieldsOf(stage, '={{ $json.model }}')).toMatchObject({
			fields: [],
			emptyFieldsNotice: expect.stringContaining('expression'),
		});
	});
});

describe('a model without batches', () => {
	const model = { __rl: true, mode: 'id', value: 'acme/provider-only' };
	const prompts = ['a', 'b [fail]', 'c'].map((prompt, row) => ({
		prompt,
		client_ref: `row-${row}`,
	}));

	it('runs each row by itself', async () => {
		const file = workflow('No batches', [
			...manualRows(prompts),
			createAndWait(stage, { model, waitFor: 'callback' }, { typeVersion: 2 }),
			linkedRow(),
		]);
		const execution = await run(stage, file);
		expect(jsonOf(execution, 'Linked')).toMatchObject([
			{ row: 'row-0', client_ref: 'row-0', status_code: 'succeeded', batch_id: null },
			{ row: 'row-1', client_ref: 'row-1', status_code: 'failed' },
			{ row: 'row-2', client_ref: 'row-2', status_code: 'succeeded' },
		]);
		// Their callbacks resumed it: there is no hint that says it was polled.
		const [{ hints }] = execution.data.resultData.runData.Runflow;
		expect(hints?.map(({ message }) => message)).toEqual([
			'2 of 3 rows succeeded, cost 0.20; first failure, item 1: The model could not process this input',
		]);
	});

	it.each([
		['is an error where that is chosen', 2, { noBatches: 'fail' }],
		['is an error in a node that was saved with version 0.1.0', 1, {}],
	])('%s', async (_, typeVersion, options) => {
		const file = workflow('No batches', [
			...manualRows([{ prompt: 'a' }]),
			createAndWait(stage, { model, options }, { typeVersion }),
		]);
		const { error } = (await run(stage, file)).data.resultData;
		expect(error).toMatchObject({
			message: 'acme/provider-only cannot run as a batch',
			description: expect.stringMatching(
				/^Nothing was created or charged.*does not support batches/,
			),
		});
	});
});

describe('the Model resource', () => {
	const runModel = async (parameters: INodeParameters) => {
		const file = workflow('Models', [
			node('Start', 'manualTrigger'),
			node(
				'Runflow',
				'n8n-nodes-runflow.runflow',
				{ resource: 'model', ...parameters },
				{ credentials: stage.credential },
			),
		]);
		return jsonOf(await run(stage, file), 'Runflow');
	};

	it('gets one with its inputs', async () => {
		const model = { __rl: true, mode: 'list', value: 'runflow/smart-resize' };
		expect(await runModel({ operation: 'get', model })).toMatchObject([
			{
				model_id: 'runflow/smart-resize',
				name: 'Smart Resize',
				inputs: [
					{ name: 'image_url', type: 'image', is_required: true, choices: null },
					{ name: 'aspect_ratio', choices: ['1:1', '4:5', '16:9', '9:16'], default_value: '1:1' },
					{ name: 'resolution', choices: null },
				],
			},
		]);
	});

	it('gets many, by search, limit and all', async () => {
		const get = async (parameters: INodeParameters) =>
			(await runModel({ operation: 'getAll', ...parameters })).map(({ model_id }) => model_id);
		expect(await get({ search: 'cedar sketch' })).toEqual(['cedar/sketch']);
		expect(await get({ limit: 3 })).toHaveLength(3);
		expect(await get({ returnAll: true })).toHaveLength(63);
	});
});
