import { parseJson, type ValueType } from '../../../runflow';
import { quote } from '../../inputError';

/** A value as the model wants it, or what is wrong, as the rest of a sentence after the field's name. */
export type FieldValue = { value: unknown } | { fault: string };

/** Whether a field was left empty, so that the model's own default applies. */
export function isEmpty(given: unknown): boolean {
	return (
		given === undefined || given === null || (typeof given === 'string' && given.trim() === '')
	);
}

/**
 * Turns what a field was given into the type that the model declares. Never throws, and never
 * guesses: what is not plainly a value of the type is a fault.
 *
 * @param given not empty; text from a form or a table, or a value of any type from an expression
 * @param choices the only values allowed, where there are such
 */
export function toFieldValue(
	given: unknown,
	{ kind, list }: ValueType,
	choices?: readonly unknown[],
): FieldValue {
	if (choices) return toChoice(given, choices);
	return list ? toList(given, kind) : toSingle(given, kind);
}

function toChoice(given: unknown, choices: readonly unknown[]): FieldValue {
	const choice =
		typeof given === 'object'
			? undefined
			: choices.find((value) => String(value) === String(given));
	if (choice !== undefined) return { value: choice };
	return { fault: `must be one of ${choices.join(', ')}, but is ${quote(given)}` };
}

function toSingle(given: unknown, kind: ValueType['kind']): FieldValue {
	switch (kind) {
		case 'number':
			if (isRounded(given)) return roundingFault(given);
			return toNumber(given) ?? faultOf('a number', given);
		case 'integer': {
			const number = toNumber(given);
			if (!Number.isInteger(number?.value)) return faultOf('a whole number', given);
			return isRounded(given) ? roundingFault(given) : number!;
		}
		case 'boolean':
			return toBoolean(given) ?? faultOf('true or false', given);
		case 'json':
			return toJson(given) ?? faultOf('a JSON object or array', given);
		case 'text':
		case 'media':
			return typeof given === 'object' ? faultOf('text', given) : { value: String(given) };
		default:
			return { value: given };
	}
}

/** An array, JSON text of one, one value per line, or a single value. */
function toList(given: unknown, kind: ValueType['kind']): FieldValue {
	const elements = elementsOf(given);
	if (!elements) return { fault: `is not a valid JSON array: ${quote(given)}` };
	const values: unknown[] = [];
	for (const [index, element] of elements.filter((entry) => !isEmpty(entry)).entries()) {
		const value = toSingle(element, kind);
		if ('fault' in value) return { fault: `is a list whose value ${index + 1} ${value.fault}` };
		values.push(value.value);
	}
	return { value: values };
}

function elementsOf(given: unknown): unknown[] | undefined {
	if (Array.isArray(given)) return given;
	if (typeof given !== 'string') return [given];
	const text = given.trim();
	if (!/^\[.*\]$/s.test(text)) return text.split(/\r?\n/).map((line) => line.trim());
	const parsed = parseJson(text);
	return Array.isArray(parsed) ? parsed : undefined;
}

function toNumber(given: unknown): { value: number } | undefined {
	const isNumeric =
		typeof given === 'string' && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(given.trim());
	const value = isNumeric ? Number(given) : given;
	return typeof value === 'number' && Number.isFinite(value) ? { value } : undefined;
}

/** Whether text is a whole number that JSON's numbers cannot hold to the last digit. */
function isRounded(given: unknown): boolean {
	return (
		typeof given === 'string' &&
		/^\s*[+-]?\d+\s*$/.test(given) &&
		!Number.isSafeInteger(Number(given))
	);
}

function roundingFault(given: unknown): { fault: string } {
	return {
		fault: `must be a number of at most 9007199254740991, beyond which JSON rounds whole numbers, but is ${quote(given)}`,
	};
}

function toBoolean(given: unknown): { value: boolean } | undefined {
	if (typeof given === 'object') return undefined;
	const text = String(given).trim().toLowerCase();
	if (text === 'true' || text === '1') return { value: true };
	return text === 'false' || text === '0' ? { value: false } : undefined;
}

function toJson(given: unknown): { value: object } | undefined {
	const value = typeof given === 'string' ? parseJson(given) : given;
	return typeof value === 'object' && value !== null ? { value } : undefined;
}

function faultOf(wanted: string, given: unknown): { fault: string } {
	return { fault: `must be ${wanted}, but is ${quote(given)}` };
}
