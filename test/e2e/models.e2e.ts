import type { INodeListSearchResult, INodeParameters, ResourceMapperFields } from 'n8n-workflow';

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

/** Asks for something as n8n's editor does while a node's panel is open. */
async function ask<T>(what: string, body: object, parameters: INodeParameters = {}): Promise<T> {
	return await stage.n8n.rest('POST', `/dynamic-node-parameters/${what}`, {
		path: 'parameters.model',
		nodeTypeAndVersion: { name: 'n8n-nodes-runflow.runflow', version: 1 },
		currentNodeParameters: { resource: 'batch', operation: 'create', ...parameters },
		credentials: stage.credential,
		...body,
	});
}

const list = async (filter?: string, paginationToken?: string) =>
	await ask<INodeListSearchResult>('resource-locator-results', {
		methodName: 'searchModels',
		filter,
		paginationToken,
	});

const fieldsOf = async (model: string) =>
	await ask<ResourceMapperFields>(
		'resource-mapper-fields',
		{ path: 'parameters.modelInputs', methodName: 'getModelFields' },
		{ model: { __rl: true, mode: 'list', value: model } },
	);

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
		await expect(fieldsOf('google/nano-banana-pro')).rejects.toThrow('does not accept the API key');
	});
});

describe('the fields of a model', () => {
	it('come from its declarations', async () => {
		const { fields } = await fieldsOf('google/nano-banana-pro');
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
		expect(await fieldsOf('acme/undeclared')).toMatchObject({
			fields: [],
			emptyFieldsNotice: expect.stringContaining('JSON per Item'),
		});
		expect(await fieldsOf('={{ $json.model }}')).toMatchObject({
			fields: [],
			emptyFieldsNotice: expect.stringContaining('expression'),
		});
	});
});

/** Create and Wait over rows with fields mapped as the editor would store them. */
async function runMapped(rows: object[], value: INodeParameters | null, settings = {}) {
	const earlier = stage.emulator.requests.length;
	const { fields } = await fieldsOf('google/nano-banana-pro');
	const file = workflow('Mapped fields', [
		...manualRows(rows),
		createAndWait(
			stage,
			{
				model: { __rl: true, mode: 'list', value: 'google/nano-banana-pro' },
				inputMode: 'mapFields',
				modelInputs: {
					mappingMode: value ? 'defineBelow' : 'autoMapInputData',
					value,
					matchingColumns: [],
					schema: fields.map((field) => ({ ...field, removed: false })),
					attemptToConvertTypes: false,
					convertFieldsToString: false,
				} as unknown as INodeParameters,
			},
			settings,
		),
		linkedRow(),
	]);
	const execution = await run(stage, file);
	const sent = stage.emulator.requests
		.slice(earlier)
		.filter(({ method, path }) => method === 'POST' && path.endsWith('/batches'))
		.map(({ body }) => (JSON.parse(body.toString()) as { input: object[] }).input);
	return { execution, sent };
}

const rows = [
	{
		client_ref: 'a',
		prompt: 'a red bicycle',
		image_urls: 'https://example.com/1.png',
		num_images: '2',
		guidance: '7.5',
		transparent: 'TRUE',
		style: 'line art',
		config: '{"seed": 7}',
		price: 12,
	},
	{
		client_ref: 'b',
		prompt: 4711,
		image_urls: 'https://example.com/1.png\nhttps://example.com/2.png\n',
		num_images: 1,
		guidance: null,
		transparent: false,
		style: '',
		config: { layers: [1, 2] },
		price: 12,
	},
	{ client_ref: 'c', prompt: '3', image_urls: '["https://example.com/3.png"]', num_images: '' },
];

const asSent = [
	{
		prompt: 'a red bicycle',
		image_urls: ['https://example.com/1.png'],
		num_images: 2,
		guidance: 7.5,
		transparent: true,
		style: 'line art',
		config: { seed: 7 },
		client_ref: 'a',
	},
	{
		prompt: '4711',
		image_urls: ['https://example.com/1.png', 'https://example.com/2.png'],
		num_images: 1,
		transparent: false,
		config: { layers: [1, 2] },
		client_ref: 'b',
	},
	{ prompt: '3', image_urls: ['https://example.com/3.png'], client_ref: 'c' },
];

const FIELDS = ['prompt', 'image_urls', 'num_images', 'guidance', 'transparent', 'style', 'config'];

describe('rows with mapped fields', () => {
	it('takes columns named like the fields', async () => {
		const { execution, sent } = await runMapped(rows, null);
		expect(execution.data.resultData.error).toBeUndefined();
		expect(sent).toEqual([asSent]);
		expect(jsonOf(execution, 'Linked').map(({ row, error }) => [row, error])).toEqual([
			['a', null],
			['b', null],
			['c', null],
		]);
	});

	it('takes values defined below, evaluated for each row', async () => {
		const value = Object.fromEntries(FIELDS.map((name) => [name, `={{ $json.${name} }}`]));
		const { execution, sent } = await runMapped(rows, { ...value, style: 'vivid', num_images: 3 });
		expect(execution.data.resultData.error).toBeUndefined();
		expect(sent).toEqual([
			asSent.map((item) => ({ ...item, client_ref: undefined, style: 'vivid', num_images: 3 })),
		]);
	});

	it.each([
		['num_images', 'abc', `'Num images' of item 1 must be a whole number, but is "abc"`],
		['num_images', 1.5, "'Num images' of item 1 must be a whole number, but is 1.5"],
		['guidance', '7,5', `'Guidance' of item 1 must be a number, but is "7,5"`],
		['transparent', 'maybe', `'Transparent' of item 1 must be true or false, but is "maybe"`],
		['style', 'cubist', `'Style' of item 1 must be one of natural, vivid, line art`],
		['config', '{"a": ', "'Config' of item 1 must be a JSON object or array"],
		['prompt', '', "'Prompt' of item 1 is empty, but the model requires it"],
	])('names the row and the field: %s %j', async (name, wrong, message) => {
		const bad = [rows[0], { ...rows[1], [name]: wrong }, rows[2]];
		const value = Object.fromEntries(FIELDS.map((field) => [field, `={{ $json.${field} }}`]));
		const { execution, sent } = await runMapped(bad, value);
		expect(execution.data.resultData.error?.message).toContain(message);
		expect(sent).toEqual([]);
	});

	it('lets the other rows run with Continue On Fail', async () => {
		const bad = [rows[0], { ...rows[1], num_images: 'abc' }, rows[2]];
		const { execution, sent } = await runMapped(bad, null, { onError: 'continueRegularOutput' });
		expect(sent).toEqual([[asSent[0], asSent[2]]]);
		expect(jsonOf(execution, 'Linked')).toMatchObject([
			{ row: 'a', status_code: 'succeeded' },
			{ row: 'b', error: `'Num images' of item 1 must be a whole number, but is "abc"` },
			{ row: 'c', status_code: 'succeeded' },
		]);
	});
});

it('says of a model without batches that it has none', async () => {
	const model = { __rl: true, mode: 'id', value: 'acme/provider-only' };
	const file = workflow('No batches', [
		...manualRows([{ prompt: 'a' }]),
		createAndWait(stage, { model }),
	]);
	const { error } = (await run(stage, file)).data.resultData;
	expect(error).toMatchObject({
		message: 'acme/provider-only cannot run as a batch',
		description: expect.stringMatching(/^Nothing was created or charged.*does not support batches/),
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
