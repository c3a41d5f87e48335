import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { isRecord } from '../../runflow';
import { inputError, masked, quote } from '../inputError';

/** Reads a JSON field, which holds text or, from an expression, the value itself. */
export function readJson(
	context: IExecuteFunctions,
	itemIndex: number,
	name: string,
	displayName: string,
): unknown {
	const value = context.getNodeParameter(name, itemIndex, '');
	if (typeof value !== 'string') return value;
	if (value.trim() === '') return undefined;
	const parsed = parse(value);
	if ('fault' in parsed) {
		throw inputError(
			context,
			itemIndex,
			displayName,
			`is not valid JSON: ${parsed.fault}`,
			'Check quotes, commas and brackets. Expressions inside JSON text must produce JSON too, e.g. {{ JSON.stringify($json.prompt) }}.',
		);
	}
	if (parsed.rounded !== undefined) {
		throw inputError(
			context,
			itemIndex,
			displayName,
			`has the number ${quote(parsed.rounded)}, which JSON would round`,
			'Whole numbers may be at most 9007199254740991. Use a smaller one, or put it in quotes if the model takes text.',
		);
	}
	return parsed.value;
}

/** Reads a JSON field that must hold an object; `undefined` when it is empty. */
export function readJsonObject(
	context: IExecuteFunctions,
	itemIndex: number,
	name: string,
	displayName: string,
): IDataObject | undefined {
	const value = readJson(context, itemIndex, name, displayName);
	if (value === undefined || value === null) return undefined;
	if (isRecord(value)) return value as IDataObject;
	throw inputError(
		context,
		itemIndex,
		displayName,
		`must be a JSON object, but is ${quote(value)}`,
		'Write an object in curly braces, e.g. { "prompt": "a red bicycle" }.',
	);
}

/** @returns the value, and the first whole number that it holds in another size than it was written */
function parse(text: string): { value: unknown; rounded?: string } | { fault: string } {
	let rounded: string | undefined;
	const lookAt = (_name: string, value: unknown, { source = '' }: { source?: string } = {}) => {
		if (/^-?\d+$/.test(source) && !Number.isSafeInteger(value)) rounded ??= source;
		return value;
	};
	try {
		// Shorter numbers are never rounded, and a look at every value takes its time.
		const value: unknown = JSON.parse(text, /\d{16}/.test(text) ? lookAt : undefined);
		return { value, rounded };
	} catch (error) {
		return { fault: masked(error instanceof Error ? error.message : String(error)) };
	}
}
