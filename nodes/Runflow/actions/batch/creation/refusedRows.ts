import { NodeApiError, type IExecuteFunctions, type ResourceMapperValue } from 'n8n-workflow';

import { advise } from '../../../host/errors/advice';
import { RunflowApiError, type FieldError } from '../../../runflow';
import { itemsText } from '../../inputProblems';
import { readInputMode } from '../input/inputFields';
import { labelOf, type MappedField } from '../input/mappedInput';
import { wantedRows, type RememberedBatch } from './memory/memory';

const MOST_SENTENCES = 5;

/** A field that Runflow refuses, and the items that have it. */
interface Refusal {
	field: string;
	message: string;
	items: number[];
}

/**
 * Puts Runflow's refusal of a batch into words of the input items: where Runflow names the place in
 * the request, this names the item and the field as the person knows them. Equal refusals are said
 * once. Any other error comes back as it is.
 */
export function inWordsOfItems(
	context: IExecuteFunctions,
	error: unknown,
	batch: RememberedBatch,
): unknown {
	if (!(error instanceof RunflowApiError) || error.status !== 422) return error;
	const rest: FieldError[] = [];
	const refusals = new Map<string, Refusal>();
	for (const fieldError of error.fieldErrors) {
		const place = placeOf(context, fieldError.path, batch);
		if (!place) {
			rest.push(fieldError);
			continue;
		}
		const key = `${place.field}\n${fieldError.message}`;
		const known = refusals.get(key);
		if (known) known.items.push(place.item);
		else {
			refusals.set(key, {
				field: place.field,
				message: fieldError.message,
				items: [place.item],
			});
		}
	}
	if (refusals.size === 0) return error;
	const sentences = [
		...[...refusals.values()].map(
			({ field, message, items }) => `'${field}' of ${itemsText([...new Set(items)])}: ${message}`,
		),
		...rest.map(({ path, message }) => `${path}: ${message}`),
	];
	const more = sentences.length - MOST_SENTENCES;
	const said = sentences.slice(0, MOST_SENTENCES).join('; ');
	return new NodeApiError(
		context.getNode(),
		{ message: error.message },
		{
			message: `Runflow does not accept ${said}${more > 0 ? `; and ${more} more` : ''}`,
			description: advise(error).description,
			httpCode: String(error.status),
			itemIndex: Math.min(...[...refusals.values()].flatMap(({ items }) => items)),
		},
	);
}

/** Whose field a path of the request leads to, e.g. `input.20.image_urls`. */
function placeOf(
	context: IExecuteFunctions,
	path: string,
	batch: RememberedBatch,
): { item: number; field: string } | undefined {
	const rows = wantedRows(batch);
	const [, number, name] =
		(batch.isRun ? /^input()\.(.+)$/ : /^input\.(\d+)(?:\.(.+))?$/).exec(path) ?? [];
	if (number === undefined) return undefined;
	const row = batch.isRun ? rows[0] : rows.find(({ position }) => position === Number(number));
	if (!row) return undefined;
	return { item: row.item, field: fieldName(context, row.element, name) };
}

function fieldName(context: IExecuteFunctions, element: number, name: string | undefined): string {
	switch (readInputMode(context)) {
		case 'jsonArray':
			return [`Batch JSON[${element}]`, name].filter(Boolean).join('.');
		case 'jsonPerItem':
			return name ?? 'Item JSON';
		default:
			return name === undefined ? 'Model Inputs' : mappedName(context, name);
	}
}

/** By the label of the field, as n8n shows it. */
function mappedName(context: IExecuteFunctions, name: string): string {
	const [id, ...rest] = name.split('.');
	const { modelInputs } = context.getNode().parameters;
	const { schema = [] } = (modelInputs ?? {}) as Partial<ResourceMapperValue>;
	const field = (schema as MappedField[]).find((candidate) => candidate.id === id);
	return [field ? labelOf(field) : id, ...rest].join('.');
}
