import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { showHint } from '../../../host/run/executionHint';
import { memoryOf, nodeRun } from '../../../host/run/nodeRun';
import type { Mapping } from './mappedInput';

const KEY = 'runflowUnused';
const MOST_NAMES = 8;
/** A row's label stands beside the model's fields in every input mode. */
const LABEL = 'client_ref';

/** Adds the names that are no field of the model. */
export function addUnused(
	unused: Set<string>,
	row: IDataObject,
	fields: ReadonlySet<string>,
): void {
	for (const name of Object.keys(row)) {
		if (!fields.has(name) && name !== LABEL) unused.add(name);
	}
}

const namesOf = new WeakMap<object, ReadonlySet<string>>();

/** The names of the mapped fields; the same set for all rows whose fields are the same. */
export function mappedNames({ fields }: Mapping): ReadonlySet<string> {
	const names = namesOf.get(fields) ?? new Set(fields.map(({ id }) => id));
	namesOf.set(fields, names);
	return names;
}

/** Keeps the names for the hint, which n8n shows of a node's last run alone: not of that which parked. */
export function keepUnused(context: IExecuteFunctions, unused: ReadonlySet<string>): void {
	const memory = memoryOf(context);
	if (unused.size === 0) {
		delete memory[KEY];
		return;
	}
	const { runIndex } = nodeRun(context);
	memory[KEY] = {
		runIndex,
		names: [...unused].slice(0, MOST_NAMES),
		more: Math.max(unused.size - MOST_NAMES, 0),
	};
}

/** Says above the output which columns the model did not use. */
export function hintAtUnused(context: IExecuteFunctions): void {
	const kept = memoryOf(context)[KEY] as
		{ runIndex: number; names: string[]; more: number } | undefined;
	if (kept?.runIndex !== nodeRun(context).runIndex) return;
	const { names, more } = kept;
	showHint(
		context,
		`Not used, because the model has no such fields: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
	);
}
