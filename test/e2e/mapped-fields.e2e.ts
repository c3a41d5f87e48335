import type { INodeParameters } from 'n8n-workflow';

import { fieldsOf } from '../stage/editorRequests.ts';
import { createAndWait, jsonOf, linkedRow, run } from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { manualRows, workflow } from '../stage/workflow.ts';

let stage: Stage;

beforeAll(async () => {
	stage = await startStage();
}, 900_000);
afterAll(async () => await stage?.close());

/** Create and Wait over rows with fields mapped as the editor would store them. */
async function runMapped(rows: object[], value: INodeParameters | null, settings = {}) {
	const earlier = stage.emulator.requests.length;
	const { fields } = await fieldsOf(stage, 'google/nano-banana-pro');
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
		expect(jsonOf(execution, 'Linked').map(({ row, error }) => [row, error ?? null])).toEqual([
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
