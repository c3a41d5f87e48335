import type {
	IDataObject,
	IExecuteFunctions,
	INodeProperties,
	ResourceMapperField,
	ResourceMapperValue,
} from 'n8n-workflow';

import type { ModelField } from '../../../host/modelField';
import { valueType, type ValueType } from '../../../runflow';
import { inputError, type InputProblem } from '../../inputError';
import { errorForProblems } from '../../inputProblems';
import { limitFault, type Declaration } from './declaredFault';
import { isEmpty, toFieldValue, type FieldValue } from './fieldValue';

/** The model's own fields, for the input mode `mapFields`. */
export const modelInputsField: INodeProperties = {
	displayName: 'Model Inputs',
	name: 'modelInputs',
	type: 'resourceMapper',
	noDataExpression: true,
	required: true,
	displayOptions: { show: { inputMode: ['mapFields'] }, hide: { model: [''] } },
	default: { mappingMode: 'defineBelow', value: null },
	description:
		"The model's input for one batch item, evaluated for each input item. Fields left empty take the model's defaults. With thousands of rows, Map Automatically and plain references to a column are much faster than other expressions. Up to 100 input items make one batch; more make several.",
	typeOptions: {
		loadOptionsDependsOn: ['model.value'],
		resourceMapper: {
			resourceMapperMethod: 'getModelFields',
			mode: 'add',
			valuesLabel: 'Model Inputs',
			fieldWords: { singular: 'field', plural: 'fields' },
			noFieldsError:
				'No fields are known for this model. Set Input Mode to JSON per Item to write its input as JSON.',
			supportAutoMap: true,
		},
	},
};

/** A field of the model as the workflow keeps it. */
export type MappedField = ResourceMapperField & Partial<ModelField>;

/** What an input item was mapped to: the parameter `modelInputs`, evaluated once for it. */
export interface Mapping {
	fields: MappedField[];
	/** Values by the model's fields, or the item's columns. */
	given: IDataObject;
	isAutomatic: boolean;
}

/** Reads how an input item is mapped to the model's fields. */
export function readMapping(context: IExecuteFunctions, itemIndex: number): Mapping {
	// The whole parameter is read: of `modelInputs.value` n8n would check the types itself, and say
	// which field is wrong by its internal name, or turn empty text into 0.
	const mapper = context.getNodeParameter('modelInputs', itemIndex, {}) as ResourceMapperValue;
	const isAutomatic = mapper.mappingMode === 'autoMapInputData';
	return {
		fields: (mapper.schema ?? []) as Mapping['fields'],
		given: isAutomatic ? context.getInputData()[itemIndex].json : (mapper.value ?? {}),
		isAutomatic,
	};
}

/** The model's fields that take a list, as far as the mapped fields tell. */
export function listFields({ fields }: Mapping): ReadonlySet<string> {
	return new Set(fields.filter((field) => typeOf(field).list).map(({ id }) => id));
}

/**
 * A row's input in `mapFields`: the values given for the model's fields, in the types it declares.
 * Empty values are left out, so that the model's defaults apply. In automatic mapping a column
 * `client_ref` comes along, as it does in JSON. Throws NodeOperationError naming the field.
 *
 * @param supplied names of fields whose values come from elsewhere
 */
export function mappedInput(
	context: IExecuteFunctions,
	itemIndex: number,
	{ fields, given, isAutomatic }: Mapping,
	supplied: ReadonlySet<string>,
): IDataObject {
	if (fields.length === 0 && isAutomatic) throw noFields(context, itemIndex);
	const item: IDataObject = isAutomatic ? { client_ref: given.client_ref } : { ...given };
	const problems: InputProblem[] = [];
	const missing: MappedField[] = [];
	for (const field of fields) {
		delete item[field.id];
		if (!isEmpty(given[field.id])) {
			const outcome = valueOf(given[field.id], field);
			if ('fault' in outcome) problems.push(wrongValue(itemIndex, field, outcome.fault));
			else item[field.id] = outcome.value as IDataObject;
		} else if ((field.isRequired ?? field.required) && !supplied.has(field.id)) {
			missing.push(field);
		}
	}
	if (missing.length > 0) problems.push(missingValues(itemIndex, missing, isAutomatic));
	if (problems.length > 0) throw errorForProblems(context, problems);
	return Object.fromEntries(Object.entries(item).filter(([, value]) => !isEmpty(value)));
}

/** What a field is called where a person reads of it. */
export function labelOf({ label, displayName }: MappedField): string {
	return label ?? displayName;
}

function valueOf(given: unknown, field: MappedField): FieldValue {
	const declaration = declarationOf(field);
	const outcome = toFieldValue(given, declaration.type, declaration.choices);
	if ('fault' in outcome) return outcome;
	const fault = limitFault(outcome.value, declaration);
	return fault === undefined ? outcome : { fault };
}

const declarations = new WeakMap<MappedField, Declaration>();

/** Read once for each field: n8n gives every row the very same ones, where it evaluates none. */
function declarationOf(field: MappedField): Declaration {
	const known = declarations.get(field);
	if (known) return known;
	const { limits } = field;
	const choices = field.options?.map(({ value }) => value);
	const declaration = { type: typeOf(field), choices, limits };
	declarations.set(field, declaration);
	return declaration;
}

/** The declared type, or for fields that were not written by this node's editor what n8n's type says. */
function typeOf({ variableType, type }: MappedField): ValueType {
	if (variableType !== undefined) return valueType(variableType);
	if (type === 'array') return { kind: 'any', list: true };
	return type === 'string' ? { kind: 'any', list: false } : valueType(type);
}

function noFields(context: IExecuteFunctions, itemIndex: number) {
	return inputError(
		context,
		itemIndex,
		'Model Inputs',
		'has no fields that columns could be mapped to',
		"Open the node and refresh the field list, or set 'Input Mode' to JSON per Item.",
	);
}

function wrongValue(itemIndex: number, field: MappedField, problem: string): InputProblem {
	return {
		itemIndex,
		field: labelOf(field),
		problem,
		advice: `Correct the value of the model's field ${field.id}, or leave it empty.`,
	};
}

function missingValues(
	itemIndex: number,
	missing: MappedField[],
	isAutomatic: boolean,
): InputProblem {
	const names = missing.map(({ id }) => id).join(', ');
	return {
		itemIndex,
		field: missing.map(labelOf).join("', '"),
		problem: 'is empty, but the model requires it',
		advice: isAutomatic
			? `Automatic mapping takes columns named like the model's fields. Rename a column of the input (${names}), or map the fields below.`
			: `Fill in the model's required fields (${names}).`,
	};
}
