import {
	choicesOf,
	inputsInOrder,
	valueType,
} from '../../../../../nodes/Runflow/runflow/models/modelInputs.ts';

describe('valueType', () => {
	it.each([
		['string', 'text', false],
		['enum', 'text', false],
		['image', 'media', false],
		['image_list', 'media', true],
		['Integer', 'integer', false],
		['number_array', 'number', true],
		['boolean', 'boolean', false],
		['json', 'json', false],
		['array', 'any', true],
		['playlist', 'any', true],
		['quaternion', 'any', false],
		['constructor', 'any', false],
		['', 'any', false],
		[null, 'any', false],
	])('%j is %s (list: %s)', (code, kind, list) => {
		expect(valueType(code)).toEqual({ kind, list });
	});
});

describe('choicesOf', () => {
	const of = (validator_code: string | null, validator_attrs: unknown, type = 'string') =>
		choicesOf({ name: 'x', variable_type_code: type, validator_code, validator_attrs });

	it('reads allowed values, with labels where there are some', () => {
		expect(of('choices', { choices: ['a', 2, true] })?.map(({ value }) => value)).toEqual([
			'a',
			2,
			true,
		]);
		expect(of('allowed_values', { values: [{ value: 'a', label: 'First' }] })).toEqual([
			{ value: 'a', label: 'First' },
		]);
		expect(of(null, { options: ['a'] }, 'enum')).toEqual([{ value: 'a', label: 'a' }]);
	});

	it.each<[string | null, unknown]>([
		['suggestions', { choices: ['a'] }],
		['suggested_choices', { choices: ['a'] }],
		['range', { values: [0, 1] }],
		[null, { choices: ['a'] }],
		['choices', null],
		['choices', { choices: [] }],
		['choices', { choices: [{ a: 1 }] }],
		['choices', { choices: 'a,b' }],
	])('takes %j %j for no limit', (code, attributes) => {
		expect(of(code, attributes)).toBeUndefined();
	});
});

it('puts featured inputs first, then goes by sort order, then by the order of the list', () => {
	const names = inputsInOrder([
		{ name: 'e' },
		{ name: 'f' },
		{ name: 'd', sort_order: 3 },
		{ name: 'b', sort_order: 9, is_featured: true },
		{ name: 'c', sort_order: 1, is_featured: false },
		{ name: 'a', sort_order: 2, is_featured: true },
	]).map(({ name }) => name);
	expect(names).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});
