import { isObject } from './apiRequest.ts';
import { mediaProblem } from './assetRoutes.ts';
import type { Asset } from './assetRoutes.ts';
import type { Model, ModelInput } from './modelTypes.ts';
import type { ErrorDetail } from './reply.ts';

const MOST_ITEMS = 100;

/** Everything that is wrong with the `input` array of a new batch. */
export function inputErrors(
	input: unknown,
	model: Model,
	assets: Map<string, Asset>,
): ErrorDetail[] {
	if (!Array.isArray(input)) {
		return [{ loc: ['input'], msg: 'Input should be a valid list', type: 'list_type' }];
	}
	if (input.length < 1 || input.length > MOST_ITEMS) {
		const msg = `List should have 1 to ${MOST_ITEMS} items, not ${input.length}`;
		return [{ loc: ['input'], msg, type: input.length < 1 ? 'too_short' : 'too_long' }];
	}
	return input.flatMap((element, index) => elementErrors(element, index, model, assets));
}

function elementErrors(
	element: unknown,
	index: number,
	model: Model,
	assets: Map<string, Asset>,
): ErrorDetail[] {
	if (!isObject(element)) {
		return [{ loc: ['input', index], msg: 'Input should be an object', type: 'dict_type' }];
	}
	const errors: ErrorDetail[] = [];
	const refuse = (name: string, msg: string, type: string) =>
		errors.push({ loc: ['input', index, name], msg, type });
	const ref = element.client_ref;
	if (ref !== undefined && ref !== null) {
		if (typeof ref !== 'string')
			refuse('client_ref', 'Input should be a valid string', 'string_type');
		else if (ref.length > 255) {
			refuse('client_ref', 'String should have at most 255 characters', 'string_too_long');
		}
	}
	for (const field of model.inputs) {
		const value = element[field.name];
		if (value === undefined || value === null) {
			if (field.required) refuse(field.name, 'Field required', 'missing');
			continue;
		}
		const problem = valueProblem(value, field, assets);
		if (problem) refuse(field.name, problem, 'value_error');
		else if (field.choices && !field.choices.includes(value)) {
			refuse(field.name, `Input should be one of: ${field.choices.join(', ')}`, 'enum');
		}
	}
	return errors;
}

function valueProblem(
	value: unknown,
	field: ModelInput,
	assets: Map<string, Asset>,
): string | null {
	switch (field.type) {
		case 'image':
		case 'video':
		case 'audio':
			return mediaProblem(value, assets);
		case 'image_list':
			if (!Array.isArray(value)) return 'Input should be a valid list';
			return value.map((entry) => mediaProblem(entry, assets)).find((problem) => problem) ?? null;
		case 'string':
		case 'enum':
			return typeof value === 'string' ? null : 'Input should be a valid string';
		case 'number':
			return typeof value === 'number' ? null : 'Input should be a valid number';
		case 'integer':
			return Number.isInteger(value) ? null : 'Input should be a valid integer';
		case 'boolean':
			return typeof value === 'boolean' ? null : 'Input should be a valid boolean';
		case 'json':
			return typeof value === 'object' ? null : 'Input should be an object or a list';
		default:
			return null;
	}
}
