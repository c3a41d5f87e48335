import type {
	FieldType,
	ILoadOptionsFunctions,
	INodeParameterResourceLocator,
	ResourceMapperFields,
} from 'n8n-workflow';

import { connectEditor } from '../host/connection/connection';
import type { ModelField } from '../host/modelField';
import { toNodeError } from '../host/errors/nodeError';
import {
	choicesOf,
	getModel,
	inputsInOrder,
	limitsOf,
	modelPath,
	valueType,
	type ModelInput,
	type ValueKind,
} from '../runflow';

/**
 * The fields of the chosen model for the resource mapper. Throws NodeApiError or
 * NodeOperationError when the model cannot be read.
 */
export async function getModelFields(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	const chosen = this.getCurrentNodeParameter('model') as INodeParameterResourceLocator | string;
	const id = typeof chosen === 'object' ? chosen?.value : chosen;
	const path = typeof id === 'string' && !id.startsWith('=') ? modelPath(id) : undefined;
	if (path === undefined) {
		return {
			fields: [],
			emptyFieldsNotice:
				'Choose a model to see its fields. For a model that comes from an expression, set <b>Input Mode</b> to <b>JSON per Item</b>.',
		};
	}
	const api = await connectEditor(this);
	const model = await getModel(api, path).catch((error: unknown) => {
		throw toNodeError(this.getNode(), error, 0);
	});
	const fields = inputsInOrder(model.inputs ?? []).map(toField);
	return fields.length > 0
		? { fields }
		: {
				fields,
				emptyFieldsNotice:
					'This model declares no fields. Set <b>Input Mode</b> to <b>JSON per Item</b> and write its input as JSON.',
			};
}

function toField(input: ModelInput): ModelField {
	const type = valueType(input.variable_type_code);
	const choices = type.list ? undefined : choicesOf(input);
	const required = input.is_required ?? false;
	const isMedia = type.kind === 'media';
	const label = plainText(input.display_name || input.name);
	const limits = limitsOf(input);
	const field: ModelField = {
		id: input.name,
		displayName: shownLabel(label, input.name, required && isMedia),
		// A file may also come from binary data, of which n8n's own check knows nothing.
		required: required && !isMedia,
		defaultMatch: false,
		display: true,
		type: choices ? 'options' : fieldType(type.kind, type.list, input.default_value),
		...(choices
			? { options: choices.map(({ label, value }) => ({ name: plainText(label), value })) }
			: {}),
		defaultValue: defaultValue(
			input,
			choices?.map(({ value }) => value),
		),
		variableType: input.variable_type_code ?? '',
		isRequired: required,
		label,
		...(limits ? { limits } : {}),
	};
	// n8n marks an empty JSON editor as an error, so an optional one waits under Add Field.
	const isJson = field.type === 'object' || field.type === 'array';
	return isJson && !required && field.defaultValue === null ? { ...field, removed: true } : field;
}

/**
 * The label with what automatic mapping looks for: the field's own name.
 *
 * @param isRequired whether the label has to say so, since n8n's mark is not there
 */
function shownLabel(label: string, name: string, isRequired: boolean): string {
	const notes = [...(label === name ? [] : [name]), ...(isRequired ? ['required'] : [])];
	return notes.length > 0 ? `${label} (${notes.join(', ')})` : label;
}

/**
 * n8n's type for a field, which decides on how it is filled in. Lists are text for n8n, because it
 * would refuse what is not a JSON array, and most lists get a single address.
 */
function fieldType(kind: ValueKind, list: boolean, given: unknown): FieldType {
	if (list) return 'string';
	switch (kind) {
		case 'number':
		case 'integer':
			return 'number';
		case 'boolean':
			return 'boolean';
		case 'json':
			return Array.isArray(given) ? 'array' : 'object';
		default:
			return typeof given === 'object' && given !== null ? 'object' : 'string';
	}
}

/** `null` and not nothing where there is none: n8n would make that `false` for a boolean. */
function defaultValue(
	{ default_value: value }: ModelInput,
	choices: unknown[] | undefined,
): string | number | boolean | null {
	if (value === undefined || value === null) return null;
	if (choices && !choices.includes(value)) return null;
	if (typeof value === 'string') return plainText(value);
	if (typeof value === 'number' || typeof value === 'boolean') return value;
	return JSON.stringify(value, null, 2);
}

/** Text of the catalogue must not become an expression, which n8n takes a leading `=` for. */
function plainText(text: string): string {
	return text.replace(/^=+/, '');
}
