import type { IDataObject } from 'n8n-workflow';

import { getModelFields } from '../../../../nodes/Runflow/methods/getModelFields.ts';
import { rejection } from '../../../fakes/api.ts';
import { loadOptionsContext } from '../../../fakes/loadOptionsContext.ts';
import { requests, runflow, withoutNetwork } from '../../../fakes/network.ts';

withoutNetwork();

const fieldsOf = async (model: unknown) =>
	await getModelFields.call(loadOptionsContext({ parameters: { model } as IDataObject }));

const declared = async (...inputs: object[]) => {
	runflow().get('/v1/models/a/b?embed=inputs').reply(200, { id: '1', inputs });
	return (await fieldsOf({ __rl: true, mode: 'list', value: 'a/b' })).fields;
};

it('builds a field with everything that n8n and a later run need', async () => {
	const input = { name: 'prompt', display_name: 'Prompt', variable_type_code: 'string' };
	expect(await declared({ ...input, is_required: true, default_value: 'a cat' })).toEqual([
		{
			id: 'prompt',
			displayName: 'Prompt (prompt)',
			required: true,
			defaultMatch: false,
			display: true,
			type: 'string',
			defaultValue: 'a cat',
			variableType: 'string',
			isRequired: true,
			label: 'Prompt',
		},
	]);
});

it.each<[object, object]>([
	[
		{ variable_type_code: 'integer', default_value: 0 },
		{ type: 'number', defaultValue: 0 },
	],
	[{ variable_type_code: 'boolean' }, { type: 'boolean', defaultValue: null }],
	[
		{ variable_type_code: 'image', is_required: true },
		{ displayName: 'x (required)', required: false, isRequired: true },
	],
	[{ variable_type_code: 'image_list', default_value: ['u'] }, { type: 'string' }],
	[{ variable_type_code: 'json', default_value: { a: 1 } }, { type: 'object' }],
	[{ variable_type_code: 'json', default_value: [1] }, { type: 'array' }],
	[{ variable_type_code: 'json' }, { type: 'object', removed: true }],
	[
		{ variable_type_code: 'json', is_required: true },
		{ type: 'object', required: true },
	],
	[{ variable_type_code: 'hologram' }, { type: 'string', variableType: 'hologram' }],
	[{ variable_type_code: 'hologram', default_value: {} }, { type: 'object' }],
	[{ display_name: '' }, { displayName: 'x', type: 'string', variableType: '' }],
	[{ display_name: '={{ $env.SECRET }}' }, { displayName: '{{ $env.SECRET }} (x)' }],
	[
		{ display_name: 'Photo', variable_type_code: 'image', is_required: true },
		{ displayName: 'Photo (x, required)', label: 'Photo' },
	],
	[
		{ variable_type_code: 'number', validator_code: 'range', validator_attrs: { min: 1, max: 4 } },
		{ limits: { least: 1, most: 4 } },
	],
	[{ default_value: '=now' }, { defaultValue: 'now' }],
	[
		{ validator_code: 'choices', validator_attrs: { choices: [2, 4] }, default_value: 2 },
		{
			type: 'options',
			options: [
				{ name: '2', value: 2 },
				{ name: '4', value: 4 },
			],
			defaultValue: 2,
		},
	],
	[
		{ validator_code: 'choices', validator_attrs: { choices: ['a'] }, default_value: 'z' },
		{ type: 'options', defaultValue: null },
	],
	[
		{ validator_code: 'suggestions', validator_attrs: { choices: ['1K'] }, default_value: '1K' },
		{ type: 'string', defaultValue: '1K' },
	],
])('%j', async (input, field) => {
	expect((await declared({ name: 'x', ...input }))[0]).toMatchObject(field);
});

it('says of a model without declarations what to do', async () => {
	runflow().get('/v1/models/a/b?embed=inputs').reply(200, { id: '1', inputs: [] });
	expect(await fieldsOf('a/b')).toEqual({
		fields: [],
		emptyFieldsNotice: expect.stringContaining('JSON per Item'),
	});
});

it.each([undefined, '', 'no-slash', '={{ $json.model }}', { mode: 'id', value: '={{ 1 }}/x' }])(
	'asks nothing for the model %j',
	async (model) => {
		expect(await fieldsOf(model)).toMatchObject({
			fields: [],
			emptyFieldsNotice: expect.stringContaining('Choose a model'),
		});
		expect(requests()).toEqual([]);
	},
);

it('says in words what went wrong', async () => {
	runflow().get('/v1/models/a/b?embed=inputs').reply(404, { code: 'NOT_FOUND', message: 'no' });
	expect(await rejection(fieldsOf('a/b'))).toMatchObject({
		name: 'NodeApiError',
		message: expect.stringContaining('does not know'),
	});
});
