import type { IDataObject } from 'n8n-workflow';

import { rejection } from '../../../../../fakes/api.ts';
import { acceptBatches, createParameters, runCreate } from '../../../../../fakes/createRun.ts';
import { requests, runflow, withoutNetwork } from '../../../../../fakes/network.ts';
import { waitingContext } from '../../../../../fakes/waitingContext.ts';
import { Runflow } from '../../../../../../nodes/Runflow/Runflow.node.ts';

withoutNetwork();

const INPUTS = [
	{ name: 'row', variable_type_code: 'integer' },
	{ name: 'image_urls', display_name: 'Image urls', variable_type_code: 'image_list' },
	{
		name: 'scale',
		variable_type_code: 'integer',
		validator_code: 'range',
		validator_attrs: { min: 1, max: 4 },
	},
];
const declare = (inputs: object[] = INPUTS) =>
	runflow().get('/v1/models/runflow/upscale?embed=inputs').reply(200, { id: '1', inputs });
const sent = () => requests().filter(({ method }) => method === 'POST');
const json = (of: (item: number) => IDataObject) => (item: number) =>
	createParameters({ itemJson: { row: item, ...of(item) } })(item);

describe('rows from JSON', () => {
	it('are all checked before anything is sent, and equal problems said once', async () => {
		declare();
		const parameters = json((item) => ({
			image_urls: [item % 50 === 20 ? 'photo.png' : 'https://a.b/1.png'],
			scale: item === 3 ? 9 : '2',
		}));
		expect(await rejection(runCreate({ items: 150, parameters }))).toMatchObject({
			name: 'NodeOperationError',
			message: "'scale' of item 3 must be 4 or less, but is 9",
			description: expect.stringMatching(
				/^Also: 'image_urls' of items 20, 70 and 120 is a list whose value 1 must be a link.*Nothing was sent\.$/s,
			),
			context: { itemIndex: 3 },
		});
		expect(sent()).toEqual([]);
	});

	it('run without the bad ones when n8n continues on fail', async () => {
		declare();
		acceptBatches(1);
		const parameters = json((item) => ({ scale: item === 1 ? 'big' : 2 }));
		const output = await runCreate({ items: 3, parameters, continueOnFail: true });
		expect(JSON.parse(sent()[0].body).input.map(({ row }: IDataObject) => row)).toEqual([0, 2]);
		expect(output[1]).toMatchObject({
			json: { error: `'scale' of item 1 must be a whole number, but is "big"` },
			pairedItem: { item: 1 },
		});
	});

	it('are checked by one reading of the model, however many they are', async () => {
		declare();
		acceptBatches(2);
		await runCreate({ items: 150 });
		expect(requests().map(({ method }) => method)).toEqual(['GET', 'POST', 'POST']);
	});

	it.each([404, 429, 500])('go without the check where the model answers %d', async (status) => {
		runflow()
			.get(/models\/runflow\/upscale/)
			.reply(status, { code: 'X', message: 'no' });
		acceptBatches(1);
		const parameters = json(() => ({ image_urls: ['photo.png'] }));
		expect(await runCreate({ parameters })).toHaveLength(1);
	});

	it('need what the model requires and has no default for, but not what a file brings', async () => {
		const required = { variable_type_code: 'image', is_required: true };
		declare([
			{ name: 'photo', ...required },
			{ name: 'mask', ...required, default_value: 'https://a.b/mask.png' },
		]);
		expect(await rejection(runCreate({ parameters: json(() => ({ photo: '' })) }))).toMatchObject({
			message: "'photo' of item 0 is empty, but the model requires it",
		});
	});

	it('of an array are named by their place in it', async () => {
		declare();
		const batchJson = [{ row: 0 }, { row: 1, scale: 0 }];
		const parameters = createParameters({ inputMode: 'jsonArray', batchJson });
		expect(await rejection(runCreate({ parameters }))).toMatchObject({
			message: "'Batch JSON[1].scale' of item 0 must be 1 or more, but is 0",
		});
	});
});

it('checks no row that an earlier try has created', async () => {
	acceptBatches(1);
	const kept = {};
	const parameters = createParameters({
		inputMode: 'jsonArray',
		batchJson: [{ row: 0, scale: 9 }],
	});
	const run = async () => {
		const { context } = waitingContext({ parameters, kept });
		return (await new Runflow().execute.call(context))[0];
	};
	await run();
	runflow()
		.get('/v1/models/runflow/upscale?embed=inputs')
		.optionally()
		.reply(200, { inputs: INPUTS });
	runflow()
		.get(/^\/v1\/batches\//)
		.reply(200, { id: 'x', status_code: 'running' });
	expect(await run()).toHaveLength(1);
	expect(requests().filter(({ path }) => path.includes('embed=inputs'))).toEqual([]);
});

describe('mapped rows', () => {
	const schema = [
		{ id: 'row', displayName: 'Row (row)', label: 'Row', variableType: 'integer' },
		{
			id: 'image_urls',
			displayName: 'Image urls (image_urls)',
			label: 'Image urls',
			variableType: 'image_list',
			isRequired: true,
		},
	];
	const mapped = (photo: (item: number) => unknown) => (item: number) =>
		createParameters({
			inputMode: 'mapFields',
			modelInputs: {
				mappingMode: 'defineBelow',
				value: { row: item, image_urls: photo(item) },
				schema,
			} as unknown as IDataObject,
		})(item);

	it('are all checked before anything is sent', async () => {
		const parameters = mapped((item) => (item === 120 ? 'photo.png' : 'https://a.b/1.png'));
		expect(await rejection(runCreate({ items: 150, parameters }))).toMatchObject({
			message: expect.stringContaining(
				"'Image urls' of item 120 is a list whose value 1 must be a link",
			),
			context: { itemIndex: 120 },
		});
		expect(requests()).toEqual([]);
	});

	it('say all items that lack a field together', async () => {
		expect(await rejection(runCreate({ items: 3, parameters: mapped(() => '') }))).toMatchObject({
			message: "'Image urls' of items 0 to 2 is empty, but the model requires it",
		});
	});
});
