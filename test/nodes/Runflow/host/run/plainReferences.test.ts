import { runInNewContext } from 'node:vm';
import { Expression } from 'n8n-workflow';

import { fakeNode } from '../../../../fakes/node.ts';
import { BY_N8N, readingStage } from '../../../../fakes/readingStage.ts';

/** What an expression gives over an item. */
const valueOf = (expression: unknown, json: object) =>
	readingStage({ parameter: expression }, [json]).read('parameter', 0);

const globals = {} as { DateTime: { fromMillis(at: number): object } };
Expression.initializeGlobalContext(globals as never);

class Column {
	photo = 'a.png';
}

describe('a plain reference', () => {
	const json = { a: 'x', b: { c: { d: 1 } }, 'a b': true, "it's": null, $: 2, list: [1, { e: 2 }] };

	it.each([
		['={{ $json.a }}', 'x'],
		['={{$json.a}}', 'x'],
		['={{ \t $json.a\t }}', 'x'],
		['={{ $json.b.c.d }}', 1],
		['={{ $json["b"].c["d"] }}', 1],
		["={{ $json['a b'] }}", true],
		['={{ $json["it\'s"] }}', null],
		['={{ $json.list }}', json.list],
		['={{ $json.b }}', json.b],
		['={{ $json.a }}', 'x'],
	])('is read from the item: %s', (expression, value) => {
		expect(valueOf(expression, json)).toEqual(value);
	});

	it('may be the whole item', () => {
		const row = { prompt: 'a', size: [1, 2], more: { deep: null } };
		expect(valueOf('={{ $json }}', row)).toBe(row);
	});

	it('is read from the item that is asked for', () => {
		const { read, asked } = readingStage({ parameter: '={{ $json.a }}' }, [{ a: 1 }, { a: 2 }, {}]);
		expect([0, 1, 2].map((item) => read('parameter', item))).toEqual([1, 2, BY_N8N]);
		expect(asked).toEqual([['parameter', 2]]);
	});

	it.each([
		'',
		0,
		-1.5,
		false,
		null,
		'={{ $json.b }}',
		[],
		{},
		[[null]],
		{ größe: { '': '\ud800' } },
		Object.assign(Object.create(null), { a: 1 }),
		runInNewContext('({ a: [1, { b: 2 }] })'),
	])('gives what stands there: %j', (value) => {
		expect(valueOf('={{ $json.a }}', { a: value })).toBe(value);
	});
});

describe('n8n evaluates', () => {
	const json = { a: { b: 'x' }, list: ['x'], 'a}}b': 'x', 'a{b': 'x', 'a\\b': 'x', größe: 'x' };

	it.each([
		['two expressions', '={{ $json.a.b }}{{ $json.a.b }}'],
		['text before', '=x{{ $json.a.b }}'],
		['a blank before', '= {{ $json.a.b }}'],
		['text behind', '={{ $json.a.b }}x'],
		['a line break behind', '={{ $json.a.b }}\n'],
		['a line break inside', '={{\n$json.a.b }}'],
		['a line break between names', '={{ $json\n.a.b }}'],
		['an unusual blank', '={{\u00a0$json.a.b }}'],
		['an element of a list', '={{ $json.list[0] }}'],
		['an element by its text', '={{ $json.list["0"] }}'],
		['the length of a list', '={{ $json.list.length }}'],
		['the length of a text', '={{ $json.a.b.length }}'],
		['an optional step', '={{ $json?.a.b }}'],
		['an optional step later', '={{ $json.a?.b }}'],
		['a comment', '={{ $json.a.b /* x */ }}'],
		['a comment to the end', '={{ $json.a.b // x }}'],
		['a unicode escape', '={{ $json.\\u0061.b }}'],
		['an escape in quotes', '={{ $json["\\x61"].b }}'],
		['a backslash in quotes', '={{ $json["a\\\\b"] }}'],
		['closing braces in quotes', '={{ $json["a}}b"] }}'],
		['an opening brace in quotes', '={{ $json["a{b"] }}'],
		['a line separator in quotes', '={{ $json["a\u2028b"] }}'],
		['a template as a name', '={{ $json[`a`].b }}'],
		['a name that is no ASCII', '={{ $json.größe }}'],
		['a name that begins with a digit', '={{ $json.1a }}'],
		['quotes that do not match', '={{ $json["a\'] }}'],
		['a computed name', '={{ $json[$json.a] }}'],
		['brackets around', '={{ ($json.a.b) }}'],
		['an operation', '={{ $json.a.b + 1 }}'],
		['a call', '={{ $json.a.b.trim() }}'],
		['a semicolon', '={{ $json.a.b; }}'],
		['another variable', '={{ $binary.a }}'],
		['a variable that begins alike', '={{ $json2.a.b }}'],
		['the long form', '={{ $input.item.json.a.b }}'],
		['nothing', '={{ }}'],
		['an expression without braces', '=$json.a.b'],
		['a missing column', '={{ $json.missing }}'],
		['a missing column further down', '={{ $json.a.missing.b }}'],
		['a name of all objects', '={{ $json.toString }}'],
	])('%s', (_, expression) => {
		expect(valueOf(expression, json)).toBe(BY_N8N);
	});

	it.each([
		...['constructor', 'prototype', '__proto__', '__defineGetter__', 'getPrototypeOf', 'binding'],
		...['setPrototypeOf', 'getOwnPropertyDescriptors', 'defineProperty', 'mainModule', '_load'],
		...['_linkedBinding', 'prepareStackTrace', 'caller', 'callee', 'arguments', 'execve'],
		...['getBuiltinModule', 'dlopen', 'loadEnvFile', 'toString', 'valueOf', 'hasOwnProperty'],
		...['$', 'globalThis', '__n8nType'],
	])('a column named %s, which its sandboxes have their own idea of', (name) => {
		const column = Object.defineProperty({}, name, { value: 'x', enumerable: true });
		expect(valueOf(`={{ $json.${name} }}`, column)).toBe(BY_N8N);
		expect(valueOf(`={{ $json.a["${name}"] }}`, { a: column })).toBe(BY_N8N);
		expect(valueOf(`={{ $json.a.${name}.b }}`, { a: { [name]: { b: 'x' } } })).toBe(BY_N8N);
	});

	const circular: Record<string, unknown> = {};
	circular.itself = circular;

	it.each<[string, unknown]>([
		['undefined', undefined],
		['-0', -0],
		['NaN', NaN],
		['Infinity', Infinity],
		['a BigInt', 1n],
		['a symbol', Symbol('x')],
		['a function', () => 'x'],
		['a Date', new Date(0)],
		['a Luxon DateTime', globals.DateTime.fromMillis(0)],
		['a Map', new Map()],
		['a Buffer', Buffer.from('x')],
		['an instance of a class', new Column()],
		['an object that inherits', Object.create({ a: 1 })],
		['an object that inherits from one without parent', Object.create(Object.create(null))],
		['an array of a class', new (class List extends Array {})()],
		['an array with a hole', Object.assign(new Array(2), { 0: 1 })],
		['an array with a name', Object.assign([1], { name: 'x' })],
		['an accessor', Object.defineProperty({}, 'b', { get: () => 'x', enumerable: true })],
		['a mark of its own', { __isError: true }],
		['a mark of Luxon', { isLuxonDateTime: true }],
		['a name of all objects', { toString: 'x' }],
		['__proto__ as a name', JSON.parse('{"__proto__": 1}')],
		['data that contains itself', circular],
		['undefined inside', { b: undefined }],
		['a Date inside', { b: [new Date(0)] }],
	])('a column with %s', (_, value) => {
		expect(valueOf('={{ $json.a }}', { a: value })).toBe(BY_N8N);
		expect(valueOf('={{ $json.a }}', { a: { b: [value] } })).toBe(BY_N8N);
		expect(valueOf('={{ $json }}', { a: value })).toBe(BY_N8N);
	});

	it.each<[string, object]>([
		['an accessor', Object.defineProperty({}, 'b', { get: () => 'x', enumerable: true })],
		['a hidden property', Object.defineProperty({}, 'b', { value: 'x' })],
		['an instance of a class', Object.assign(new Column(), { b: 'x' })],
		['an inherited property', Object.create({ b: 'x' })],
		['a list', Object.assign([1], { b: 'x' })],
		['a text', Object('x')],
	])('a path through %s', (_, value) => {
		expect(valueOf('={{ $json.a.b }}', { a: value })).toBe(BY_N8N);
	});

	it('an item that is not there', () => {
		expect(readingStage({ parameter: '={{ $json.a }}' }).read('parameter', 1)).toBe(BY_N8N);
		expect(readingStage({ parameter: '={{ $json }}' }).read('parameter', 1)).toBe(BY_N8N);
	});

	it.each([
		['says so', { isToolExecution: () => true }],
		['is named so', { getNode: () => fakeNode({ type: 'n8n-nodes-runflow.runflowTool' }) }],
	])('everything for a tool, where n8n %s', (_, more) => {
		const { read, view, asked } = readingStage({ a: '={{ $json.a }}', b: 1 }, [{ a: 1 }], more);
		expect([read('a', 0), read('b', 0), read('b', 0)]).toEqual([BY_N8N, 1, 1]);
		expect(asked).toHaveLength(3);
		expect(Object.hasOwn(view, 'getNodeParameter') && 'asked' in view).toBe(false);
	});

	it('what has options, which take it apart', () => {
		const parameters = { model: { __rl: true, mode: 'id', value: '={{ $json.a }}' } };
		const { read, asked } = readingStage(parameters, [{ a: 'x' }, { a: 'y' }]);
		const options = { extractValue: true };
		for (const item of [0, 1]) expect(read('model', item, '', options)).toBe(BY_N8N);
		expect(asked).toEqual([
			['model', 0, options],
			['model', 1, options],
		]);
	});
});
