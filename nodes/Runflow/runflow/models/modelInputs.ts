import type { ModelInput } from './modelSchemas';

/** What a model wants in a field; `any` where its type is not known, so that nothing is refused. */
export type ValueKind = 'any' | 'boolean' | 'integer' | 'json' | 'media' | 'number' | 'text';

export interface ValueType {
	kind: ValueKind;
	/** Whether the field takes an array of such values. */
	list: boolean;
}

/** One of the values that a field allows. */
export interface Choice {
	label: string;
	value: string | number | boolean;
}

// The docs name `image`, `string`, `json` and `image_list`; the rest is what such types are called.
const KINDS: Record<string, ValueKind> = {
	string: 'text',
	text: 'text',
	enum: 'text',
	image: 'media',
	video: 'media',
	audio: 'media',
	file: 'media',
	number: 'number',
	float: 'number',
	integer: 'integer',
	int: 'integer',
	boolean: 'boolean',
	bool: 'boolean',
	json: 'json',
	object: 'json',
};

/** What a `variable_type_code` means. Lists are called `<type>_list`. */
export function valueType(variableType: string | null | undefined): ValueType {
	const code = variableType?.toLowerCase() ?? '';
	const element = code.replace(/_?(list|array)$/, '');
	return { kind: Object.hasOwn(KINDS, element) ? KINDS[element] : 'any', list: element !== code };
}

/**
 * The values that a field allows, `undefined` where any will do. Values that Runflow only suggests
 * are no limit. How a validator is written the docs leave open, so only what is plainly a list of
 * allowed values is taken for one.
 */
export function choicesOf(input: ModelInput): Choice[] | undefined {
	const validator = input.validator_code ?? input.variable_type_code ?? '';
	if (/suggest/i.test(validator) || !/choice|enum|allowed|one_?of/i.test(validator)) {
		return undefined;
	}
	const attributes = (input.validator_attrs ?? {}) as Record<string, unknown>;
	const list = [
		attributes.choices,
		attributes.allowed_values,
		attributes.values,
		attributes.options,
	].find(Array.isArray) as unknown[] | undefined;
	const choices = list?.map(toChoice);
	return choices?.length && choices.every((choice) => choice !== undefined) ? choices : undefined;
}

/** Inputs in the order in which they are shown: featured ones first, then as Runflow sorts them. */
export function inputsInOrder(inputs: readonly ModelInput[]): ModelInput[] {
	return [...inputs].sort(
		(a, b) =>
			Number(b.is_featured ?? false) - Number(a.is_featured ?? false) ||
			(a.sort_order ?? Infinity) - (b.sort_order ?? Infinity) ||
			0,
	);
}

function toChoice(entry: unknown): Choice | undefined {
	const { value, label, name } =
		typeof entry === 'object' && entry !== null
			? (entry as Record<string, unknown>)
			: { value: entry };
	if (!['string', 'number', 'boolean'].includes(typeof value)) return undefined;
	return { label: String(label ?? name ?? value), value: value as Choice['value'] };
}
