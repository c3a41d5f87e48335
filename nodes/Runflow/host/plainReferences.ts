import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isTool } from './nodeRun';

/** A step of a path below `$json`; names that n8n's sandbox refuses are left to n8n. */
const STEP = String.raw`\.[A-Za-z_$][\w$]*|\["[^"\\{}\r\n]*"\]|\['[^'\\{}\r\n]*'\]`;
const PLAIN_REFERENCE = new RegExp(String.raw`^=\{\{[ \t]*\$json((?:${STEP})*)[ \t]*\}\}$`);
const STEPS = new RegExp(STEP, 'g');
// n8n-workflow, utils (isSafeObjectProperty) and expression (a check of the text).
const REFUSED_NAME =
	/constructor|prototype|__|^(get|set)Prototype|^getOwnProperty|^defineProp|^(mainModule|binding|_linkedBinding|_load|prepareStackTrace|caller|callee|arguments|getBuiltinModule|dlopen|execve|loadEnvFile)$/;

/** A value that is not to be had from the item itself: n8n has to evaluate the parameter. */
const DOUBT = Symbol('doubt');

type Path = readonly string[];

/** How a parameter gets its value, by what stands in the workflow. */
type Source =
	/** No expression in it: the same for every item. */
	| { kind: 'constant'; value: unknown }
	/** Nothing but references such as `{{ $json.photo }}` and constants. */
	| { kind: 'plain'; raw: unknown }
	| { kind: 'expression' };

/**
 * A view of an execute context that reads plain references to columns from the input item itself,
 * and a parameter without an expression once per run. n8n's expression engine takes about half a
 * millisecond for each `{{ $json.photo }}`, which is nearly all the time of a run over many rows.
 *
 * A plain reference is a path of names below `$json` and nothing else, that leads through own
 * properties of plain objects to plain data (null, boolean, finite number, text, arrays and objects
 * of these). For anything else, and in any doubt, n8n evaluates the parameter as it always does; as
 * a tool, where `$json` is not the node's own input, for every parameter.
 * Source of the rules that both have to agree on: n8n-core, NodeExecutionContext._getNodeParameter;
 * n8n-workflow, WorkflowExpression.getParameterValue.
 */
export function withPlainReferences(context: IExecuteFunctions): IExecuteFunctions {
	if (isTool(context)) return context;
	const items = context.getInputData();
	const evaluate = context.getNodeParameter.bind(context) as Evaluate;
	const sources = new Map<string, Source>();
	const getNodeParameter: Evaluate = (name, itemIndex, fallback, options) => {
		const key = options === undefined ? name : `${name} ${JSON.stringify(options)}`;
		let source = sources.get(key);
		if (!source) {
			const raw = evaluate(name, itemIndex, fallback, { rawExpressions: true });
			source = sourceOf(raw, options, () => evaluate(name, itemIndex, fallback, options));
			sources.set(key, source);
		}
		if (source.kind === 'constant') return source.value;
		const value = source.kind === 'plain' ? resolve(source.raw, items[itemIndex]) : DOUBT;
		return value === DOUBT ? evaluate(name, itemIndex, fallback, options) : value;
	};
	return Object.create(context, { getNodeParameter: { value: getNodeParameter } }) as never;
}

type Evaluate = (name: string, itemIndex: number, fallback?: unknown, options?: object) => unknown;

function sourceOf(raw: unknown, options: object | undefined, evaluate: () => unknown): Source {
	if (!holdsExpression(raw)) return { kind: 'constant', value: evaluate() };
	return options === undefined ? { kind: 'plain', raw } : { kind: 'expression' };
}

function holdsExpression(raw: unknown): boolean {
	if (typeof raw === 'string') return raw.startsWith('=');
	return typeof raw === 'object' && raw !== null && Object.values(raw).some(holdsExpression);
}

/** The parameter's value for an item; `DOUBT` where any part of it is not plain. */
function resolve(raw: unknown, item: INodeExecutionData | undefined): unknown {
	if (typeof raw === 'string') return raw.startsWith('=') ? follow(pathOf(raw), item?.json) : raw;
	if (typeof raw !== 'object' || raw === null) return raw;
	if (Array.isArray(raw)) {
		const values = raw.map((entry) => resolve(entry, item));
		return values.includes(DOUBT) ? DOUBT : values;
	}
	const values: Record<string, unknown> = {};
	for (const [name, entry] of Object.entries(raw)) {
		const value = resolve(entry, item);
		if (value === DOUBT || name === '__proto__') return DOUBT;
		values[name] = value;
	}
	return values;
}

const paths = new Map<string, Path | undefined>();
const MOST_PATHS = 1_000;

function pathOf(expression: string): Path | undefined {
	if (paths.has(expression)) return paths.get(expression);
	const match = PLAIN_REFERENCE.exec(expression);
	const steps = match?.[1]
		.match(STEPS)
		?.map((step) => (step.startsWith('[') ? step.slice(2, -2) : step.slice(1)));
	const path = match ? (steps ?? []) : undefined;
	const usable = path?.some((name) => REFUSED_NAME.test(name)) ? undefined : path;
	if (paths.size >= MOST_PATHS) paths.clear();
	paths.set(expression, usable);
	return usable;
}

function follow(path: Path | undefined, json: unknown): unknown {
	if (path === undefined) return DOUBT;
	let value = json;
	for (const name of path) {
		if (!isPlainObject(value)) return DOUBT;
		const property = Object.getOwnPropertyDescriptor(value, name);
		if (!property || !('value' in property)) return DOUBT;
		value = property.value;
	}
	return isPlainData(value) ? value : DOUBT;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
	const prototype: unknown = Object.getPrototypeOf(value);
	return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isPlainData(value: unknown): boolean {
	switch (typeof value) {
		case 'string':
		case 'boolean':
			return true;
		case 'number':
			return Number.isFinite(value) && !Object.is(value, -0);
		case 'object':
			if (value === null) return true;
			if (Array.isArray(value)) return value.every(isPlainData);
			return (
				isPlainObject(value) &&
				Object.entries(value).every(([name, entry]) => name !== '__proto__' && isPlainData(entry))
			);
		default:
			return false;
	}
}
