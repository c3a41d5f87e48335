import fc from 'fast-check';
import type { INodeExecutionData, NodeParameterValueType } from 'n8n-workflow';

import { withPlainReferences } from '../../../../../nodes/Runflow/host/run/plainReferences.ts';
import { ENGINES, startEngine } from '../../../../fakes/n8nParameters.ts';

// The same parameter, read by n8n alone and through the view that reads plain references itself.

const RUNS = Number(process.env.PROPERTY_RUNS ?? 500);

/** Names that engines, sandboxes and JavaScript have their own ideas about. */
const PECULIAR = [
	...Object.getOwnPropertyNames(Object.prototype),
	...['prototype', 'mainModule', 'binding', '_load', 'caller', 'callee', 'arguments', 'execve'],
	...['getPrototypeOf', 'defineProperties', 'getOwnPropertyDescriptors', 'loadEnvFile'],
	...['length', 'name', 'then', 'toJSON', 'isProxy', 'json', '$json', '$', '_', 'extend', 'item'],
	...['__isObject', '__isArray', '__isError', '__n8nType', '__n8nEscaped', '__keys', '__value'],
	...['isLuxonDateTime', 'isLuxonDuration', 'isLuxonInterval', '___n8n_data', '__sanitize'],
	...['this', 'if', 'new', 'globalThis', 'undefined', 'isEmpty', 'first', 'keys', 'map', '0'],
	...[
		'a b',
		"it's",
		'say "x"',
		'x.isEmpty()',
		'$if(',
		'/* */',
		'//',
		'`',
		'',
		' ',
		'{{',
		'}}',
		'\\',
	],
	...['größe', '价格', '\u2028', '\u2029', '\ud800', '😀', '\n', '\t', '\u0000', '=a', '-', '1a'],
];

const names = fc.oneof(
	{ weight: 9, arbitrary: fc.stringMatching(/^[a-zA-Z_$][\w$]{0,4}$/) },
	{ weight: 3, arbitrary: fc.constantFrom(...PECULIAR) },
	{ weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
);

class Own {
	a = 1;
	get b() {
		return 2;
	}
}

const leaves = fc.oneof(
	{ weight: 12, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
	{ weight: 6, arbitrary: fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.maxSafeInteger()) },
	{ weight: 3, arbitrary: fc.oneof(fc.boolean(), fc.constant(null)) },
	{ weight: 3, arbitrary: fc.constantFrom('={{ $json.a }}', '{{ 1 + 1 }}', 'null', '1', 'true') },
	{ weight: 1, arbitrary: fc.constantFrom(undefined, -0, NaN, -Infinity, 10n) },
	{
		weight: 1,
		arbitrary: fc.constantFrom(
			new Date(0),
			/x/,
			new Map(),
			new Own(),
			Object.assign(new Array(2), { 1: 1 }),
		),
	},
);

const { data } = fc.letrec<{ data: unknown }>((tie) => ({
	data: fc.oneof(
		{ depthSize: 'small', withCrossShrink: true },
		{ weight: 3, arbitrary: leaves },
		{ weight: 1, arbitrary: fc.array(tie('data'), { maxLength: 3 }) },
		{ weight: 4, arbitrary: objects(tie('data')) },
	),
}));

/** Objects whose names may be anything, `__proto__` as a name of their own included. */
function objects(values: fc.Arbitrary<unknown>): fc.Arbitrary<object> {
	return fc
		.tuple(fc.array(fc.tuple(names, values), { maxLength: 4 }), fc.integer({ min: 0, max: 9 }))
		.map(([entries, kind]) => {
			const object = kind === 0 ? Object.create(null) : {};
			for (const [index, [name, value]] of entries.entries()) {
				const accessor = kind === 1 && index === 0;
				Object.defineProperty(object, name, {
					...(accessor ? { get: () => value } : { value, writable: true }),
					enumerable: !(kind === 2 && index === 0),
					configurable: true,
				});
			}
			return object as object;
		});
}

/** A path that mostly leads somewhere: at every step one of the names there, or another. */
function pathInto(value: unknown, choices: number[], others: string[]): string[] {
	const [choice, ...more] = choices;
	if (choice === undefined) return [];
	const there =
		typeof value === 'object' && value !== null ? Object.getOwnPropertyNames(value) : [];
	const name = choice % 16 === 7 || there.length === 0 ? others[0] : there[choice % there.length];
	if (name === undefined) return [];
	const next = there.includes(name) ? Reflect.get(value as object, name) : undefined;
	return [name, ...pathInto(next, more, others.slice(1))];
}

function step(name: string, style: number): string {
	if (style < 15 && /^[A-Za-z_$][\w$]*$/.test(name)) return `.${name}`;
	if (style === 7) return `?.[${JSON.stringify(name)}]`;
	if (style === 8) return `[\`${name}\`]`;
	if (style === 9) return `.${name}`;
	return style % 2 === 0 ? `["${name}"]` : `['${name}']`;
}

/** Mostly the first of them. */
const mostly = (usual: string, ...others: string[]) =>
	fc.oneof(
		{ weight: 25, arbitrary: fc.constant(usual) },
		{ weight: 1, arbitrary: fc.constantFrom(...others) },
	);
const blanks = mostly(' ', '', '  ', '\t', '\n', '/* */', '\u00a0');
const around = mostly('', ' ', 'x', '{{ 1 }}', '.trim()', ';', ' + 1');

const cases = objects(data).chain((json) =>
	fc.record({
		json: fc.constant(json),
		expressions: fc.array(
			fc
				.tuple(
					fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
					fc.array(names, { minLength: 3, maxLength: 3 }),
					fc.array(fc.nat({ max: 29 }), { minLength: 3, maxLength: 3 }),
					fc.tuple(blanks, blanks, around, around, around),
				)
				.map(([choices, others, styles, [before, after, prefix, suffix, inside]]) => {
					const path = pathInto(json, choices, others).map((name, at) => step(name, styles[at]));
					return `=${prefix}{{${before}$json${path.join('')}${inside}${after}}}${suffix}`;
				}),
			{ minLength: 1, maxLength: 2 },
		),
		constant: fc.oneof(
			{ weight: 4, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
			{ weight: 1, arbitrary: fc.constant(JSON.parse('{ "__proto__": "x", "b": 1 }')) },
		),
		shape: fc.nat({ max: 3 }),
	}),
);

/** What a read gives, down to the last -0, in a form that two reads can be compared by. */
function outcome(read: () => unknown): string {
	let value: unknown;
	try {
		value = read();
	} catch (error) {
		return `throws ${(error as Error).message}`;
	}
	return JSON.stringify([value], function (this: Record<string, unknown>, name, json: unknown) {
		const own = this[name];
		if (own === undefined || typeof own === 'bigint' || typeof own === 'function') {
			return [typeof own, String(own)];
		}
		if (typeof own === 'number' && (!Number.isFinite(own) || Object.is(own, -0))) {
			return ['number', Object.is(own, -0) ? '-0' : String(own)];
		}
		return json;
	});
}

describe.each(ENGINES)("n8n's %s engine", (name) => {
	let engine: Awaited<ReturnType<typeof startEngine>>;

	beforeAll(async () => {
		engine = await startEngine(name);
	});
	afterAll(async () => await engine.close());

	it('gives the same for every parameter', () => {
		let plain = 0;
		fc.assert(
			fc.property(cases, ({ json, expressions, constant, shape }) => {
				const [first] = expressions;
				const all = { a: expressions, b: { constant, first }, c: constant };
				const parameter = [first, first, all, [all, first]][shape] as NodeParameterValueType;
				const items = [{ json }] as INodeExecutionData[];
				const [n8n, below] = [0, 1].map(() => engine.contextOf({ parameter } as never, items));
				const view = withPlainReferences(below);
				const before = outcome(() => json);
				const [expected, got] = [n8n, view].map((context) =>
					outcome(() => context.getNodeParameter('parameter', 0)),
				);
				if (below.evaluations() === 0) plain++;
				expect(got).toBe(expected);
				expect(outcome(() => json)).toBe(before);
			}),
			{ numRuns: RUNS },
		);
		// Else nothing was compared but n8n with itself.
		expect(plain).toBeGreaterThan(RUNS / 20);
	}, 600_000);
});
