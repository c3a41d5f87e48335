import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { BATCH_LIMITS, isRecord } from '../../../runflow';
import { readJson, readJsonObject } from '../../fields/jsonField';
import { inputError, problemsOf, quote } from '../../inputError';
import { withClientRef } from './clientRef';
import type { InputMode } from './inputFields';
import { listFields, mappedInput, modelInputsField, readMapping } from './mappedInput';
import { readModelPath } from './model';
import type { Row } from './row';
import { readRowFiles } from './rowFiles';
import { addUnused, mappedNames } from './unusedColumns';

/** The rows of the input items, and the items that could not become any. */
export interface RowReading {
	rows: Row[];
	/** Why, by the index of the input item. */
	failures: Map<number, unknown>;
	/** Names of columns that are no field of the model. */
	unused: Set<string>;
}

/**
 * Reads the rows of input items, each parameter once per item. Nothing is sent. An item that a person
 * has filled in wrongly does not keep the others from being read, so that all can be said at once; what
 * n8n cannot evaluate ends the reading unless it continues on fail.
 *
 * @param mode how items become rows
 */
export async function readRows(
	context: IExecuteFunctions,
	items: number[],
	mode: InputMode,
): Promise<RowReading> {
	const goOn = context.continueOnFail();
	const rows: Row[] = [];
	const failures = new Map<number, unknown>();
	const unused = new Set<string>();
	for (const item of items) {
		const [reading] = await Promise.allSettled([readItem(context, item, mode, unused)]);
		if (reading.status === 'fulfilled') {
			rows.push(...reading.value);
			continue;
		}
		failures.set(item, reading.reason);
		if (!goOn && problemsOf(reading.reason).length === 0) break;
	}
	return { rows, failures, unused };
}

async function readItem(
	context: IExecuteFunctions,
	item: number,
	mode: InputMode,
	unused: Set<string>,
): Promise<Row[]> {
	const model = readModelPath(context, item);
	if (mode === 'jsonArray') {
		return readArray(context, item).map((input, element) => ({
			item,
			element,
			model,
			input,
			files: [],
		}));
	}
	if (mode === 'jsonPerItem') {
		const input = withClientRef(context, item, 'Item JSON', readItemJson(context, item));
		const files = await readRowFiles(context, item, new Set());
		return [{ item, element: 0, model, input, files }];
	}
	const mapping = readMapping(context, item);
	const files = await readRowFiles(context, item, listFields(mapping));
	const supplied = new Set(files.map(({ field }) => field));
	const input = mappedInput(context, item, mapping, supplied);
	if (mapping.isAutomatic) addUnused(unused, mapping.given, mappedNames(mapping));
	const { displayName } = modelInputsField;
	return [
		{ item, element: 0, model, input: withClientRef(context, item, displayName, input), files },
	];
}

function readItemJson(context: IExecuteFunctions, item: number): IDataObject {
	const input = readJsonObject(context, item, 'itemJson', 'Item JSON');
	if (input) return input;
	throw inputError(
		context,
		item,
		'Item JSON',
		'is empty',
		"Fill it with the model's input, e.g. the expression {{ { prompt: $json.prompt } }}.",
	);
}

function readArray(context: IExecuteFunctions, item: number): IDataObject[] {
	const value = readJson(context, item, 'batchJson', 'Batch JSON');
	if (!Array.isArray(value) || value.length === 0 || value.length > BATCH_LIMITS.items) {
		throw inputError(
			context,
			item,
			'Batch JSON',
			Array.isArray(value)
				? `must have 1 to ${BATCH_LIMITS.items} elements, but has ${value.length}`
				: `must be an array, but is ${value === undefined ? 'empty' : quote(value)}`,
			'Runflow takes 1 to 100 items in a batch. To send more, split them into items and use the input mode JSON per Item, which makes several batches.',
		);
	}
	return value.map((input: unknown, element) => {
		const field = `Batch JSON[${element}]`;
		if (isRecord(input)) return withClientRef(context, item, field, input as IDataObject);
		throw inputError(
			context,
			item,
			field,
			`must be an object, but is ${quote(input)}`,
			"Each element is an object with the model's input.",
		);
	});
}
