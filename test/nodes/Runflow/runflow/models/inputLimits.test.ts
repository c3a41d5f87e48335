import { limitsOf } from '../../../../../nodes/Runflow/runflow/models/inputLimits.ts';

const of = (type: string, validator_attrs: unknown, validator_code: string | null = 'range') =>
	limitsOf({ name: 'x', variable_type_code: type, validator_code, validator_attrs });

it.each<[string, object, object]>([
	['integer', { min: 1, max: 4 }, { least: 1, most: 4 }],
	['number', { minimum: 0, exclusiveMaximum: 1 }, { least: 0, below: 1 }],
	['number', { gt: 0, le: 2.5 }, { above: 0, most: 2.5 }],
	['string', { max_length: 200, minLength: 2 }, { shortest: 2, longest: 200 }],
	['image_list', { min_items: 1, maxItems: 4 }, { fewest: 1, mostValues: 4 }],
])('reads of %s %j', (type, attributes, limits) => {
	expect(of(type, attributes)).toEqual(limits);
});

it.each<[string, unknown, string | null]>([
	['integer', { step: 2, default: 4 }, 'range'],
	['integer', { min: '1', max: null }, 'range'],
	['integer', { min: 1 }, 'suggested_range'],
	['integer', null, 'range'],
	['string', { min: 1, max: 4 }, 'range'],
	['string', { pattern: '^a' }, 'pattern'],
	['image', { max_length: 10 }, null],
	['image_list', { max_length: 10 }, null],
	['hologram', { min: 1 }, 'range'],
])('takes of %s %j (%s) nothing for a limit', (type, attributes, code) => {
	expect(of(type, attributes, code)).toBeUndefined();
});
