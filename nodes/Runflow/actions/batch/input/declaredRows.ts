import type { IExecuteFunctions } from 'n8n-workflow';

import {
	choicesOf,
	getModel,
	limitsOf,
	valueType,
	type Api,
	type ModelInput,
} from '../../../runflow';
import { mapConcurrently } from '../../concurrency';
import { readConcurrency } from '../../fields/requestOptions';
import type { InputProblem } from '../../inputError';
import { errorForProblems } from '../../inputProblems';
import { declaredFault, type Declaration } from './declaredFault';
import type { InputMode } from './inputFields';
import type { RowReading } from './readRows';
import type { Row } from './row';
import { addUnused } from './unusedColumns';

/** The check must not keep anybody waiting: Runflow makes one of its own. */
const LONGEST_READ_MS = 5_000;

/** A field of the model as rows are checked by it. */
interface DeclaredField extends Declaration {
	name: string;
	/** Whether a row has to bring a value, since the model has none of its own. */
	isRequired: boolean;
}

/**
 * Checks rows that were written as JSON against what their models declare, which is read once for
 * each model. A model that cannot be read, or declares nothing, is not checked.
 *
 * @param isOpen whether a row is still to be created
 */
export async function checkDeclared(
	context: IExecuteFunctions,
	api: Api,
	{ rows, failures, unused }: RowReading,
	mode: InputMode,
	isOpen: (row: Row) => boolean,
): Promise<RowReading> {
	const open = rows.filter(isOpen);
	const models = [...new Set(open.map(({ model }) => model))];
	const read = await mapConcurrently(models, async (model) => await readDeclared(api, model), {
		goOn: true,
		concurrency: readConcurrency(context),
	});
	const declared = new Map<string, DeclaredField[]>();
	read.forEach((outcome, index) => {
		if (outcome?.status === 'fulfilled') declared.set(models[index], outcome.value);
	});
	const problems = new Map<number, InputProblem[]>();
	for (const row of open) {
		const fields = declared.get(row.model) ?? [];
		if (fields.length === 0) continue;
		addUnused(unused, row.input, namesOf(fields));
		const found = fields.flatMap((field) => problemOf(row, field, mode) ?? []);
		if (found.length > 0) problems.set(row.item, [...(problems.get(row.item) ?? []), ...found]);
	}
	const all = new Map(failures);
	for (const [item, found] of problems) all.set(item, errorForProblems(context, found));
	return { rows: rows.filter(({ item }) => !problems.has(item)), failures: all, unused };
}

async function readDeclared(api: Api, model: string): Promise<DeclaredField[]> {
	const { inputs } = await getModel(api.briefly(LONGEST_READ_MS), model);
	return (inputs ?? []).map(toDeclaredField);
}

function toDeclaredField(input: ModelInput): DeclaredField {
	const type = valueType(input.variable_type_code);
	return {
		name: input.name,
		type,
		choices: type.list ? undefined : choicesOf(input)?.map(({ value }) => value),
		limits: limitsOf(input),
		isRequired: Boolean(input.is_required) && isAbsent(input.default_value),
	};
}

const names = new WeakMap<DeclaredField[], ReadonlySet<string>>();

function namesOf(fields: DeclaredField[]): ReadonlySet<string> {
	const known = names.get(fields) ?? new Set(fields.map(({ name }) => name));
	names.set(fields, known);
	return known;
}

function problemOf(
	{ item, element, input, files }: Row,
	field: DeclaredField,
	mode: InputMode,
): InputProblem | undefined {
	const value = input[field.name];
	const isMissing = isAbsent(value) || (value === '' && field.type.kind === 'media');
	const isSupplied = files.some((file) => file.field === field.name);
	const problem =
		isMissing && field.isRequired && !isSupplied
			? 'is empty, but the model requires it'
			: isMissing || value === ''
				? undefined
				: declaredFault(value, field);
	if (problem === undefined) return undefined;
	return {
		itemIndex: item,
		field: mode === 'jsonArray' ? `Batch JSON[${element}].${field.name}` : field.name,
		problem,
		advice: `Correct the model's field ${field.name} in '${mode === 'jsonArray' ? 'Batch JSON' : 'Item JSON'}'.`,
	};
}

function isAbsent(value: unknown): boolean {
	return value === undefined || value === null;
}
