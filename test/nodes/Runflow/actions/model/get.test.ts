import { rejection } from '../../../../fakes/api.ts';
import { runModel, upscale } from '../../../../fakes/models.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';

withoutNetwork();

const inputs = [
	{ name: 'scale', variable_type_code: 'integer', sort_order: 2, default_value: 2 },
	{ name: 'image', variable_type_code: 'image', sort_order: 1, is_required: true, spare: 1 },
];
const model = (value: string) => ({ model: { __rl: true, mode: 'id', value } });

describe('Model > Get', () => {
	it('gives the fields that matter, the inputs in the order in which they are shown', async () => {
		runflow()
			.get('/v1/models/runflow/upscale')
			.query({ embed: 'inputs' })
			.reply(200, { ...upscale, inputs });
		expect(await runModel('get', model(' runflow/upscale '))).toEqual([
			{
				json: {
					model_id: 'runflow/upscale',
					name: 'Upscale',
					description: 'Makes images larger',
					category_code: 'image',
					availability_status: 'available',
					pricing_note: null,
					inputs: [
						expect.objectContaining({ name: 'image', type: 'image', is_required: true }),
						{
							name: 'scale',
							display_name: null,
							description: null,
							type: 'integer',
							is_required: false,
							default_value: 2,
							choices: null,
						},
					],
				},
				pairedItem: { item: 0 },
			},
		]);
	});

	it('gives all that Runflow tells without Simplify, the id beside', async () => {
		runflow()
			.get('/v1/models/runflow/upscale')
			.query(true)
			.reply(200, { ...upscale, inputs });
		const [{ json }] = await runModel('get', { ...model('runflow/upscale'), simplify: false });
		expect(json).toEqual({ ...upscale, inputs, model_id: 'runflow/upscale' });
	});

	it('fails with a 404', async () => {
		runflow()
			.get('/v1/models/runflow/nothing')
			.query(true)
			.reply(404, { code: 'NOT_FOUND', message: 'no' });
		expect(await rejection(runModel('get', model('runflow/nothing')))).toMatchObject({
			name: 'NodeApiError',
			httpCode: '404',
		});
	});

	it.each([
		['', "'Model' of item 0 is empty"],
		['upscale', `'Model' of item 0 must be owner/name, but is "upscale"`],
	])('refuses %j before anything is sent', async (value, message) => {
		expect(await rejection(runModel('get', model(value)))).toMatchObject({
			name: 'NodeOperationError',
			message,
		});
		expect(requests()).toEqual([]);
	});
});
