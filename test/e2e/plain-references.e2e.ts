import type { INode, INodeParameters } from 'n8n-workflow';

import { createAndWait, jsonOf, run } from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { manualRows, node, workflow } from '../stage/workflow.ts';

// References to columns as Runflow read them, from its request, beside what n8n's own Edit Fields
// makes of the same references in the same run.

let stage: Stage;

beforeAll(async () => {
	stage = await startStage();
}, 900_000);
afterAll(async () => await stage?.close());

/** A row of odd columns: names as tables have them, and values of every kind. */
const ROW = {
	text: '  {{ 1 + 1 }} "quoted" \\ größe 😀\n',
	formula: '={{ $json.text }}',
	number: 0.1,
	zero: 0,
	large: 9007199254740991,
	tiny: 5e-324,
	yes: true,
	no: false,
	date: '2026-02-30T00:00:00Z',
	list: [1, 'two', null, { three: [] }, []],
	nested: { a: { b: { c: 'deep', list: [0] } }, '': 'no name', 'x y': { z: 'blank' } },
	'a b': 'blank',
	"it's": 'quote',
	'größe €': 'letters',
	'x.isEmpty()': 'a call',
	'$if(1)': 'a function',
	'0': 'a digit',
	length: 5,
	then: 'promised',
	json: { json: { json: 'json' } },
	$json: 'itself',
	toJSON: 'a method',
	valueOf: 'of all objects',
	marks: { __isError: true, message: 'none' },
	luxon: { isLuxonDuration: true },
	'{brace}': 'braces',
	'back\\slash': 'a backslash',
};

type Kind = 'string' | 'number' | 'boolean' | 'array' | 'object';

/** References, and the type by which Edit Fields takes them. */
const REFERENCES: Array<[reference: string, kind: Kind]> = [
	['{{ $json.text }}', 'string'],
	['{{$json.formula}}', 'string'],
	['{{   $json.number   }}', 'number'],
	['{{ $json.zero }}', 'number'],
	['{{ $json.large }}', 'number'],
	['{{ $json.tiny }}', 'number'],
	['{{ $json.yes }}', 'boolean'],
	['{{ $json.no }}', 'boolean'],
	['{{ $json.date }}', 'string'],
	['{{ $json.list }}', 'array'],
	['{{ $json.list[0] }}', 'number'],
	['{{ $json.list.length }}', 'number'],
	['{{ $json["list"][1] }}', 'string'],
	['{{ $json.nested }}', 'object'],
	['{{ $json.nested.a.b.c }}', 'string'],
	['{{ $json.nested["a"].b }}', 'object'],
	['{{ $json.nested[""] }}', 'string'],
	["{{ $json.nested['x y'].z }}", 'string'],
	['{{ $json?.nested?.a.b.c }}', 'string'],
	['{{ $json["a b"] }}', 'string'],
	['{{ $json["it\'s"] }}', 'string'],
	["{{ $json['größe €'] }}", 'string'],
	['{{ $json["x.isEmpty()"] }}', 'string'],
	['{{ $json["$if(1)"] }}', 'string'],
	['{{ $json["0"] }}', 'string'],
	['{{ $json.length }}', 'number'],
	['{{ $json.then }}', 'string'],
	['{{ $json.json.json.json }}', 'string'],
	['{{ $json.$json }}', 'string'],
	['{{ $json.toJSON }}', 'string'],
	['{{ $json["{brace}"] }}', 'string'],
	['{{ $json["back\\\\slash"] }}', 'string'],
	['{{ $json.text }}{{ $json.zero }}', 'string'],
	['x {{ $json.zero }}', 'string'],
	['{{ $json.zero }} ', 'string'],
	['{{\n$json.number }}', 'number'],
	['{{ $json.number /* comment */ }}', 'number'],
	['{{ $json.t\\u0065xt }}', 'string'],
	['{{ $json.text.trim() }}', 'string'],
];

function editFields(): INode {
	const assignments = REFERENCES.map(([reference, type], index) => ({
		id: `a${index}`,
		name: `r${index}`,
		type,
		value: `=${reference}`,
	}));
	return node(
		'Edit Fields',
		'set',
		{ assignments: { assignments }, includeOtherFields: false, options: {} },
		{ typeVersion: 3.4 },
	);
}

function create(value: INodeParameters): INode {
	return createAndWait(stage, {
		operation: 'create',
		model: { __rl: true, mode: 'id', value: 'acme/undeclared' },
		inputMode: 'mapFields',
		modelInputs: {
			mappingMode: 'defineBelow',
			value,
			matchingColumns: [],
			schema: [],
		} as unknown as INodeParameters,
	});
}

/** The rows of the last creation. */
function lastSent(): unknown[] {
	const body = stage.emulator.requests
		.findLast(({ method, path }) => method === 'POST' && path.endsWith('/batches'))!
		.body.toString();
	return (JSON.parse(body) as { input: unknown[] }).input;
}

it('gives the same as Edit Fields for every reference', async () => {
	const value = Object.fromEntries(REFERENCES.map(([text], index) => [`r${index}`, `=${text}`]));
	// Both get the rows from the same node, one after the other.
	const rows = manualRows([ROW, { ...ROW, text: 'second', number: 2 }]);
	const file = workflow('Plain references', [...rows, create(value)]);
	const edit = editFields();
	file.nodes.push(edit);
	file.connections.Rows.main[0]!.push({ node: edit.name, type: 'main', index: 0 });
	const execution = await run(stage, file);
	expect(execution.data.resultData.error).toBeUndefined();
	const edited = jsonOf(execution, 'Edit Fields');
	expect(edited).toHaveLength(2);
	expect(edited[0]).toMatchObject({ r0: ROW.text, r1: ROW.formula, r13: ROW.nested });
	expect(Object.keys(edited[0])).toHaveLength(REFERENCES.length);
	expect(lastSent()).toEqual(edited);
});

it.each([
	'{{ $json.constructor }}',
	'{{ $json["prototype"] }}',
	'{{ $json.__proto__ }}',
	'{{ $json.valueOf }}',
	'{{ $json.marks }}',
	'{{ $json.luxon }}',
	'{{ $json.nested.nothing.at.all }}',
])('fails, or not, as Edit Fields does: %s', async (reference) => {
	const assignments = [{ id: 'a', name: 'r', type: 'object', value: `=${reference}` }];
	const edit = node(
		'Edit Fields',
		'set',
		{ assignments: { assignments }, options: { ignoreConversionErrors: true } },
		{ typeVersion: 3.4 },
	);
	const [byRunflow, byN8n] = await Promise.all(
		[create({ prompt: 'a', r: `=${reference}` }), edit].map(
			async (last) => await run(stage, workflow('Odd', [...manualRows([ROW]), last])),
		),
	);
	expect(byRunflow.data.resultData.error?.message).toBe(byN8n.data.resultData.error?.message);
});
