import type { IExecuteFunctions } from 'n8n-workflow';

import { isTool } from './nodeRun';
import { isPlainData, isPlainName, ownValue } from './plainData';

const STEP = String.raw`\.[A-Za-z_$][\w$]*|\["[^"\\{}\r\n\u2028\u2029]*"\]|\['[^'\\{}\r\n\u2028\u2029]*'\]`;
const PLAIN_REFERENCE = new RegExp(String.raw`^=\{\{[ \t]*\$json((?:${STEP})*)[ \t]*\}\}$`);
const STEPS = new RegExp(STEP, 'g');

/** What a reader gives where n8n has to evaluate: no plain data is `undefined`. */
const DOUBT = undefined;

/** Reads a parameter from an item's JSON; `DOUBT` where any part of it does not lead to plain data. */
type Reader = (json: unknown) => unknown;

/** How a parameter gets its value, by what stands in the workflow. */
type Source =
	/** No expression in it: the same for every item. */
	| { kind: 'constant'; value: unknown }
	/** Nothing but references such as `{{ $json.photo }}`, and constants. */
	| { kind: 'plain'; read: Reader }
	| { kind: 'expression' };

type Evaluate = (name: string, itemIndex: number, fallback?: unknown, options?: object) => unknown;

/**
 * A view of an execute context that reads plain references to columns from the input item itself,
 * and a parameter without an expression once per run. n8n's expression engine takes about half a
 * millisecond for each `{{ $json.photo }}`, which is nearly all the time of a run over many rows.
 *
 * A plain reference is a path of names below `$json` and nothing else, that leads through own
 * properties of plain objects to plain data. For anything else, and in any doubt, n8n evaluates the
 * whole parameter as it always does; as a tool, where `$json` is not the node's own input, every
 * parameter. What is handed out belongs to the workflow or to the input: it must not be changed.
 * Source of the rules that both have to agree on: n8n-core, NodeExecutionContext._getNodeParameter;
 * n8n-workflow, WorkflowExpression.getParameterValue.
 */
export function withPlainReferences(context: IExecuteFunctions): IExecuteFunctions {
	if (isTool(context)) return context;
	const items = context.getInputData();
	const evaluate = context.getNodeParameter.bind(context) as Evaluate;
	const sources = new Map<string, Source>();
	const getNodeParameter: Evaluate = (name, itemIndex, fallback, options) => {
		const key = JSON.stringify([
			name,
			options ?? null,
			...(fallback === undefined ? [] : [fallback]),
		]);
		let source = sources.get(key);
		if (!source) {
			const raw = evaluate(name, itemIndex, fallback, { ...options, rawExpressions: true });
			source = sourceOf(raw, options, () => evaluate(name, itemIndex, fallback, options));
			sources.set(key, source);
		}
		if (source.kind === 'constant') return source.value;
		const value = source.kind === 'plain' ? source.read(items[itemIndex]?.json) : DOUBT;
		return value === DOUBT ? evaluate(name, itemIndex, fallback, options) : value;
	};
	return Object.create(context, { getNodeParameter: { value: getNodeParameter } }) as never;
}

function sourceOf(raw: unknown, options: object | undefined, evaluate: () => unknown): Source {
	if (!holdsExpression(raw)) return { kind: 'constant', value: evaluate() };
	// n8n takes a resource locator apart, and checks types, where options ask it to.
	const read = options === undefined ? readerOf(raw) : undefined;
	return read ? { kind: 'plain', read } : { kind: 'expression' };
}

function holdsExpression(raw: unknown): boolean {
	if (typeof raw === 'string') return raw.startsWith('=');
	return typeof raw === 'object' && raw !== null && Object.values(raw).some(holdsExpression);
}

/** `undefined` where something in the parameter is for n8n to evaluate, whatever the item. */
function readerOf(raw: unknown): Reader | undefined {
	if (typeof raw === 'string' && raw.startsWith('=')) return referenceReader(raw);
	if (typeof raw !== 'object' || raw === null) return () => raw;
	const parts = Object.entries(raw).map(([name, part]) => [name, readerOf(part)] as const);
	if (!parts.every(isUsable)) return undefined;
	const read: Reader = (json) => {
		const values: unknown[] | Record<string, unknown> = Array.isArray(raw) ? [] : {};
		for (const [name, readPart] of parts) {
			const value = readPart(json);
			if (value === DOUBT) return DOUBT;
			(values as Record<string, unknown>)[name] = value;
		}
		return values;
	};
	if (holdsExpression(raw)) return read;
	const constant = read(undefined);
	return () => constant;
}

function isUsable(
	entry: readonly [string, Reader | undefined],
): entry is readonly [string, Reader] {
	return entry[0] !== '__proto__' && entry[1] !== undefined;
}

function referenceReader(expression: string): Reader | undefined {
	const [, steps] = PLAIN_REFERENCE.exec(expression) ?? [];
	if (steps === undefined) return undefined;
	const path = (steps.match(STEPS) ?? []).map((step) =>
		step.startsWith('[') ? step.slice(2, -2) : step.slice(1),
	);
	if (!path.every(isPlainName)) return undefined;
	return (json) => {
		const value = path.reduce(ownValue, json);
		return isPlainData(value) ? value : DOUBT;
	};
}
