import type { ModelInput } from './modelSchemas';
import { valueType } from './modelInputs';

/** What a model declares about the size of a field's value; what is absent has no limit. */
export interface InputLimits {
	/** The smallest and the largest number. */
	least?: number;
	most?: number;
	/** Numbers that are themselves too small or too large. */
	above?: number;
	below?: number;
	/** Of text, in characters. */
	shortest?: number;
	longest?: number;
	/** Of a list, in values. */
	fewest?: number;
	mostValues?: number;
}

type Names = Partial<Record<keyof InputLimits, readonly string[]>>;

// How a validator is written the docs leave open. These are the names that such limits usually have;
// an attribute with any other name is no limit.
const OF_NUMBERS: Names = {
	least: ['min', 'minimum', 'min_value', 'minValue', 'ge', 'gte'],
	most: ['max', 'maximum', 'max_value', 'maxValue', 'le', 'lte'],
	above: ['gt', 'exclusive_minimum', 'exclusiveMinimum'],
	below: ['lt', 'exclusive_maximum', 'exclusiveMaximum'],
};
const OF_TEXT: Names = {
	shortest: ['min_length', 'minLength'],
	longest: ['max_length', 'maxLength'],
};
const OF_LISTS: Names = {
	fewest: ['min_items', 'minItems'],
	mostValues: ['max_items', 'maxItems'],
};

/**
 * The limits that a model declares for a field, `undefined` where it declares none that is plainly
 * one. What Runflow only suggests is no limit.
 */
export function limitsOf(input: ModelInput): InputLimits | undefined {
	if (/suggest|recommend|hint/i.test(input.validator_code ?? '')) return undefined;
	const attributes = (input.validator_attrs ?? {}) as Record<string, unknown>;
	const limits: InputLimits = {};
	for (const [limit, names] of Object.entries(namesFor(input))) {
		const value = names.map((name) => attributes[name]).find(isNumber);
		if (value !== undefined) limits[limit as keyof InputLimits] = value;
	}
	return Object.keys(limits).length > 0 ? limits : undefined;
}

function namesFor({ variable_type_code: code }: ModelInput): Names {
	const { kind, list } = valueType(code);
	if (list) return OF_LISTS;
	if (kind === 'number' || kind === 'integer') return OF_NUMBERS;
	return kind === 'text' ? OF_TEXT : {};
}

function isNumber(value: unknown): value is number {
	return typeof value === 'number' && Number.isFinite(value);
}
