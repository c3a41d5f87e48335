import { BY_N8N, readingStage } from '../../../../fakes/readingStage.ts';

describe('a parameter of several parts', () => {
	const schema = [{ id: 'prompt', options: [{ value: 1 }], removed: false }];
	const mapper = (value: object) => ({ mappingMode: 'defineBelow', value, schema });

	it('is put together from the item and what is constant', () => {
		const value = { prompt: '={{ $json.text }}', seed: 7, size: ['={{ $json["w h"] }}', null] };
		const { read, asked } = readingStage({ inputs: mapper(value) }, [{ text: 'a', 'w h': [1, 2] }]);
		expect(read('inputs', 0)).toEqual(mapper({ prompt: 'a', seed: 7, size: [[1, 2], null] }));
		expect(asked).toEqual([]);
	});

	it('goes to n8n as a whole where one part does, for that item alone', () => {
		const { read, asked } = readingStage(
			{ inputs: mapper({ prompt: '={{ $json.text }}', seed: '={{ $json.seed }}' }) },
			[{ text: 'a', seed: 1 }, { text: 'b' }, { text: 'c', seed: new Date(0) }],
		);
		expect(read('inputs', 0)).toEqual(mapper({ prompt: 'a', seed: 1 }));
		expect([read('inputs', 1), read('inputs', 2)]).toEqual([BY_N8N, BY_N8N]);
		expect(asked).toHaveLength(2);
	});

	it.each([
		['an expression that is not plain', { b: '={{ $json.a + 1 }}' }],
		['one further down', { b: [{ c: '={{ $now }}' }] }],
		['__proto__ as a name', JSON.parse('{"__proto__": "x", "b": 1}')],
	])('goes to n8n for every item with %s', (_, part) => {
		const { read, asked } = readingStage({ inputs: { a: '={{ $json.a }}', part } }, [
			{ a: 1 },
			{ a: 2 },
		]);
		expect([read('inputs', 0), read('inputs', 1)]).toEqual([BY_N8N, BY_N8N]);
		expect(asked).toHaveLength(2);
	});

	it('is a new object for each item, and leaves the workflow and the item as they are', () => {
		const parameters = {
			inputs: mapper({ prompt: '={{ $json.text }}', list: '={{ $json.list }}' }),
		};
		const jsons = [
			{ text: 'a', list: [1] },
			{ text: 'b', list: [2] },
		];
		const stored = structuredClone({ parameters, jsons });
		const { read } = readingStage(parameters, jsons);
		const [first, second] = [0, 1].map((item) => read('inputs', item) as typeof parameters.inputs);
		expect(first).not.toBe(second);
		expect(first.value).not.toBe(second.value);
		expect(first).not.toBe(parameters.inputs);
		expect(first.schema).not.toBe(parameters.inputs.schema);
		expect({ parameters, jsons }).toEqual(stored);
	});
});

describe('a parameter without an expression', () => {
	it.each([
		'text',
		'',
		' ={{ $json.a }}',
		'{{ $json.a }}',
		0,
		false,
		null,
		{ mode: 'id', value: 'a' },
		[{ a: ['b'] }],
	])('is evaluated once per run: %j', (value) => {
		const { read, asked } = readingStage({ parameter: value }, [{}, {}, {}]);
		expect([2, 0, 1].map((item) => read('parameter', item))).toEqual([value, value, value]);
		expect(asked).toEqual([['parameter', 2]]);
	});

	it('is kept for its name, its options and its fallback, and for no others', () => {
		const { read, asked } = readingStage({ a: { mode: 'id', value: 1 }, b: 2, c: { a: 3 } });
		const calls: Array<[string, unknown?, object?]> = [
			['a'],
			['a', '', { extractValue: true }],
			['b'],
			['c.a'],
			['c'],
			['gone', 1],
			['gone', '1'],
			['gone', null],
			['gone', 'null'],
			['gone', []],
			['gone', [[]]],
			['gone', { a: 1 }],
			['other', 5],
		];
		const once = calls.map(([name, fallback, options]) => read(name, 0, fallback, options));
		const again = calls.map(([name, fallback, options]) => read(name, 0, fallback, options));
		expect(once).toEqual([
			...[{ mode: 'id', value: 1 }, { mode: 'id', value: 1 }, 2, 3, { a: 3 }],
			...[1, '1', null, 'null', [], [[]], { a: 1 }, 5],
		]);
		expect(again).toEqual(once);
		expect(asked).toHaveLength(calls.length);
	});

	it('belongs to one run', () => {
		expect(readingStage({ a: 1 }).read('a', 0)).toBe(1);
		expect(readingStage({ a: 2 }).read('a', 0)).toBe(2);
	});

	it('fails as it does in n8n, every time', () => {
		const { read } = readingStage({}, [{}, {}]);
		for (const item of [0, 1]) {
			expect(() => read('missing', item)).toThrow('Could not get parameter "missing"');
		}
		expect(read('missing', 0, 'fallback')).toBe('fallback');
	});
});

it('leaves the rest of the context as it is', () => {
	const { view } = readingStage({ a: 1 }, [{}], {
		continueOnFail() {
			return this;
		},
	});
	expect(view.continueOnFail()).toBe(view);
	expect(view.getNode().name).toBe('Runflow');
});
