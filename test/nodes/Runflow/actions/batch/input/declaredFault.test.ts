import {
	declaredFault,
	limitFault,
} from '../../../../../../nodes/Runflow/actions/batch/input/declaredFault.ts';
import { valueType, type InputLimits } from '../../../../../../nodes/Runflow/runflow/index.ts';

interface More {
	limits?: InputLimits;
	choices?: unknown[];
}

const fault = (value: unknown, type: string, more: More) =>
	declaredFault(value, { type: valueType(type), ...more });

describe('what Runflow surely refuses', () => {
	it.each<[unknown, string, string, More?]>([
		['photo.png', 'image', 'must be a link to a file, e.g. https://example.com/photo.png, but is'],
		['/photos/1.png', 'image', 'must be a link'],
		['C:\\photos\\1.png', 'video', 'must be a link'],
		['example.com/1.png', 'file', 'but is "example.com/1.png"'],
		['https://', 'image', 'must be a link'],
		[['https://a.b/1', 'x'], 'image_list', 'is a list whose value 2 must be a link'],
		['x', 'image_list', 'must be a link'],
		['abc', 'number', 'must be a number, but is "abc"'],
		[{}, 'number', 'must be a number, but is {}'],
		['2.5', 'integer', 'must be a whole number, but is "2.5"'],
		[5, 'integer', 'must be 4 or less, but is 5', { limits: { most: 4 } }],
		['5', 'integer', 'must be 4 or less, but is 5', { limits: { most: 4 } }],
		[0, 'number', 'must be 1 or more, but is 0', { limits: { least: 1 } }],
		[0, 'number', 'must be more than 0, but is 0', { limits: { above: 0 } }],
		[1, 'number', 'must be less than 1, but is 1', { limits: { below: 1 } }],
		['abcd', 'string', 'may have at most 3 characters, but has 4', { limits: { longest: 3 } }],
		['a', 'string', 'must have at least 2 characters, but has 1', { limits: { shortest: 2 } }],
		[[], 'image_list', 'must have at least 1 value, but has 0', { limits: { fewest: 1 } }],
		[
			[1, 2, 3],
			'integer_list',
			'must have at most 2 values, but has 3',
			{ limits: { mostValues: 2 } },
		],
		['c', 'enum', 'must be one of a, b, but is "c"', { choices: ['a', 'b'] }],
	])('%j as %s: %s', (value, type, expected, more = {}) => {
		expect(fault(value, type, more)).toContain(expected);
	});
});

describe('what Runflow may take', () => {
	it.each<[unknown, string, More?]>([
		['https://a.b/1.png', 'image'],
		[' http://localhost:1/x y', 'image'],
		['runflow://assets/1', 'image'],
		['data:image/png;base64,AAAA', 'image'],
		['gs://bucket/1.png', 'image'],
		['3c90c3cc-0d44-4b50-8888-8dd25736052a', 'image'],
		['iVBORw0KGgo'.repeat(20), 'image'],
		[{ url: 'x' }, 'image'],
		[7, 'image'],
		['2', 'integer', { limits: { least: 2, most: 2 } }],
		['2.0', 'integer'],
		[true, 'integer'],
		['yes', 'boolean'],
		[7, 'string', { limits: { longest: 0 } }],
		['👍👍', 'string', { limits: { shortest: 4, longest: 2 } }],
		['text', 'json'],
		[{ any: 1 }, 'hologram', { limits: { most: 1 } }],
		['2', 'enum', { choices: [2, 4] }],
		[['a'], 'enum', { choices: ['a'] }],
		['x', 'thing_list'],
	])('%j as %s', (value, type, more = {}) => {
		expect(fault(value, type, more)).toBeUndefined();
	});
});

it('looks at converted values too', () => {
	expect(limitFault(9, { type: valueType('number'), limits: { most: 4 } })).toContain('4 or less');
	expect(limitFault(4, { type: valueType('number'), limits: { most: 4 } })).toBeUndefined();
});
