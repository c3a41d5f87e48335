import fc from 'fast-check';
import { NodeOperationError, type IDataObject } from 'n8n-workflow';

import {
	mappedInput,
	readMapping,
} from '../../../../../../nodes/Runflow/actions/batch/input/mappedInput.ts';
import { valueType } from '../../../../../../nodes/Runflow/runflow/index.ts';
import { executeContext } from '../../../../../fakes/executeContext.ts';

const field = (id: string, variableType: string | undefined, more: object = {}) => ({
	id,
	displayName: id.toUpperCase(),
	variableType,
	...more,
});

const schema = [
	field('text', 'string', { isRequired: true }),
	field('count', 'integer'),
	field('scale', 'number'),
	field('sharp', 'boolean'),
	field('style', 'enum', { options: [{ value: 'a' }, { value: 2 }] }),
	field('urls', 'image_list'),
	field('sizes', 'integer_list'),
	field('config', 'json'),
	field('odd', 'hologram'),
];

function read(modelInputs: IDataObject, json: IDataObject = {}, supplied = new Set<string>()) {
	const context = executeContext({
		parameters: { modelInputs: { mappingMode: 'defineBelow', schema, ...modelInputs } },
		items: [{ json: {} }, { json }],
	});
	return mappedInput(context, 1, readMapping(context, 1), supplied);
}
const below = (value: object) => read({ value: { text: 'x', ...value } as IDataObject });

describe('values defined below', () => {
	it.each<[object, object]>([
		[{ count: '2' }, { count: 2 }],
		[{ count: ' -2 ' }, { count: -2 }],
		[{ count: '2.0' }, { count: 2 }],
		[{ scale: '.5e1' }, { scale: 5 }],
		[{ scale: 0 }, { scale: 0 }],
		[{ sharp: false }, { sharp: false }],
		[{ sharp: 'True' }, { sharp: true }],
		[{ sharp: 0 }, { sharp: false }],
		[{ style: 'a' }, { style: 'a' }],
		[{ style: '2' }, { style: 2 }],
		[{ urls: 'https://u' }, { urls: ['https://u'] }],
		[{ urls: ' https://a \r\n\n https://b ' }, { urls: ['https://a', 'https://b'] }],
		[{ urls: '["https://a", "https://b"]' }, { urls: ['https://a', 'https://b'] }],
		[{ urls: ['https://a', '', null] }, { urls: ['https://a'] }],
		[{ urls: [] }, { urls: [] }],
		[{ sizes: '1\n2' }, { sizes: [1, 2] }],
		[{ sizes: 3 }, { sizes: [3] }],
		[{ config: ' {"a": 1} ' }, { config: { a: 1 } }],
		[{ config: [1] }, { config: [1] }],
		[{ odd: { any: 'thing' } }, { odd: { any: 'thing' } }],
		[{ text: 4711 }, { text: '4711' }],
		[{ text: ' kept ' }, { text: ' kept ' }],
		[{ unknown: 1 }, { unknown: 1 }],
		[{ count: '', scale: null, sharp: undefined, style: ' ', urls: '\n' }, {}],
	])('%j becomes %j', (given, expected) => {
		expect(below(given)).toEqual({ text: 'x', ...expected });
	});

	it.each<[object, string]>([
		[{ count: 'abc' }, `'COUNT' of item 1 must be a whole number, but is "abc"`],
		[{ count: 1.5 }, "'COUNT' of item 1 must be a whole number, but is 1.5"],
		[{ scale: '0x10' }, "'SCALE' of item 1 must be a number"],
		[{ scale: true }, "'SCALE' of item 1 must be a number, but is true"],
		[{ scale: NaN }, "'SCALE' of item 1 must be a number"],
		[{ sharp: 'yes' }, `'SHARP' of item 1 must be true or false, but is "yes"`],
		[{ sharp: [true] }, "'SHARP' of item 1 must be true or false"],
		[{ style: 'b' }, `'STYLE' of item 1 must be one of a, 2, but is "b"`],
		[{ style: ['a'] }, "'STYLE' of item 1 must be one of a, 2"],
		[{ urls: '[a]' }, `'URLS' of item 1 is not a valid JSON array: "[a]"`],
		[{ urls: [{ url: 'a' }] }, "'URLS' of item 1 is a list whose value 1 must be text"],
		[{ sizes: '1\nx' }, `'SIZES' of item 1 is a list whose value 2 must be a whole number`],
		[{ config: 'text' }, "'CONFIG' of item 1 must be a JSON object or array"],
		[{ text: { a: 1 } }, `'TEXT' of item 1 must be text, but is {"a":1}`],
		[{ text: '' }, "'TEXT' of item 1 is empty, but the model requires it"],
	])('%j is an error', (given, message) => {
		expect(() => below(given)).toThrow(message);
	});

	it('names all required fields that are missing, but not what comes from elsewhere', () => {
		const required = [
			field('a', 'image', { isRequired: true }),
			field('b', undefined, { required: true }),
		];
		const mapper = { schema: required, value: null } as unknown as IDataObject;
		expect(() => read(mapper)).toThrow("'A', 'B' of item 1 is empty");
		expect(() => read(mapper, {}, new Set(['a']))).toThrow("'B' of item 1 is empty");
		expect(read(mapper, {}, new Set(['a', 'b']))).toEqual({});
	});

	it("goes by n8n's own types where the fields were not written by the editor", () => {
		const plain = [
			{ id: 'n', type: 'number' },
			{ id: 'l', type: 'array' },
			{ id: 's', type: 'string' },
			{ id: 'none' },
		];
		const value = { n: '1', l: 'a', s: ['as', 'it is'], none: 1 };
		expect(read({ schema: plain, value } as unknown as IDataObject)).toEqual({
			n: 1,
			l: ['a'],
			s: ['as', 'it is'],
			none: 1,
		});
		expect(read({ schema: [], value: { a: 1, b: '' } })).toEqual({ a: 1 });
	});
});

describe('automatic mapping', () => {
	const automatic = { mappingMode: 'autoMapInputData', value: null } as unknown as IDataObject;

	it('takes the columns that are named like fields, and client_ref', () => {
		const row = { text: 'x', count: '2', price: 7, client_ref: 'row-1', TEXT: 'no' };
		expect(read(automatic, row)).toEqual({ text: 'x', count: 2, client_ref: 'row-1' });
		expect(read(automatic, { text: 'x', client_ref: '' })).toEqual({ text: 'x' });
	});

	it('says which columns are missing', () => {
		const message = "'TEXT' of item 1 is empty, but the model requires it";
		expect(() => read(automatic, { prompt: 'x' })).toThrow(message);
	});

	it('needs fields', () => {
		expect(() => read({ ...automatic, schema: [] }, { text: 'x' })).toThrow('has no fields');
	});
});

it('gives values of the declared types or an error, whatever goes in', () => {
	const awkward = fc.oneof(
		fc.anything({ withNullPrototype: true, withBigInt: true }),
		fc.json(),
		fc.constantFrom(
			'1',
			'-0',
			'1e999',
			'[]',
			'[1]',
			'["a",2]',
			'{}',
			'null',
			'true',
			'0',
			'[\n]',
			'__proto__',
		),
	);
	const row = fc.record(Object.fromEntries(schema.map(({ id }) => [id, awkward])), {
		requiredKeys: [],
	});
	const isTyped: Record<string, (value: unknown) => boolean> = {
		text: (value) => typeof value === 'string',
		media: (value) => typeof value === 'string',
		integer: Number.isInteger,
		number: Number.isFinite,
		boolean: (value) => typeof value === 'boolean',
		json: (value) => typeof value === 'object' && value !== null,
		any: () => true,
	};
	fc.assert(
		fc.property(row, fc.boolean(), (value, isAutomatic) => {
			const mapper = isAutomatic ? { mappingMode: 'autoMapInputData' } : { value };
			let item: IDataObject;
			try {
				item = read(mapper as IDataObject, value as IDataObject);
			} catch (error) {
				expect(error).toBeInstanceOf(NodeOperationError);
				expect((error as Error).message).toMatch(/^'[A-Z', ]+' of item 1 \w/);
				return;
			}
			for (const { id, variableType, options } of schema as Array<
				(typeof schema)[0] & { options?: Array<{ value: unknown }> }
			>) {
				if (!(id in item)) continue;
				const { kind, list } = valueType(variableType);
				const values = list ? (item[id] as unknown[]) : [item[id]];
				if (options) expect(options.map((option) => option.value)).toContain(item[id]);
				else expect(values.every(isTyped[kind])).toBe(true);
			}
		}),
		{ numRuns: 1_000 },
	);
});
