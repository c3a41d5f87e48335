import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { BATCH_LIMITS } from '../../runflow';
import { inputError, quote } from '../inputError';
import { isObject, readJson, readJsonObject } from '../jsonField';
import { modelInputsField, readMappedItem } from './mappedItem';

/** How input items become batch items. */
export type InputMode = 'mapFields' | 'jsonPerItem' | 'jsonArray';

/** The fields that say what the batch items are. */
export const inputFields: INodeProperties[] = [
	{
		displayName: 'Input Mode',
		name: 'inputMode',
		type: 'options',
		noDataExpression: true,
		default: 'mapFields',
		description: 'How the items that come into this node become items of a batch',
		options: [
			{
				name: 'Map Fields',
				value: 'mapFields',
				description: "Each input item becomes one batch item, from the model's own fields",
			},
			{
				name: 'JSON per Item',
				value: 'jsonPerItem',
				description: 'Each input item becomes one batch item, from JSON evaluated for it',
			},
			{
				name: 'JSON Array',
				value: 'jsonArray',
				description: 'Each input item makes a batch of its own, from an array of batch items',
			},
		],
	},
	modelInputsField,
	{
		displayName: 'Item JSON',
		name: 'itemJson',
		type: 'json',
		required: true,
		displayOptions: { show: { inputMode: ['jsonPerItem'] } },
		default: '={{ $json }}',
		description:
			"The model's input for one batch item, evaluated for each input item. As it stands it sends all columns: name the ones that the model has fields for. A client_ref of up to 255 characters may stand beside the model's fields. Up to 100 input items make one batch, more make several.",
	},
	{
		displayName: 'Batch JSON',
		name: 'batchJson',
		type: 'json',
		required: true,
		displayOptions: { show: { inputMode: ['jsonArray'] } },
		default: '[]',
		description:
			'An array of 1 to 100 batch items, each an object with the model\'s input and an optional client_ref, e.g. [{ "prompt": "a red bicycle" }]',
	},
];

/** The batch item that an input item becomes in `mapFields` or `jsonPerItem`. Throws NodeOperationError. */
export function readBatchItem(
	context: IExecuteFunctions,
	itemIndex: number,
	mode: InputMode,
	supplied?: ReadonlySet<string>,
): IDataObject {
	if (mode === 'mapFields') {
		const mapped = readMappedItem(context, itemIndex, supplied);
		return withClientRef(context, itemIndex, modelInputsField.displayName, mapped);
	}
	const item = readJsonObject(context, itemIndex, 'itemJson', 'Item JSON');
	if (!item) {
		throw inputError(
			context,
			itemIndex,
			'Item JSON',
			'is empty',
			"Fill it with the model's input, e.g. the expression {{ { prompt: $json.prompt } }}.",
		);
	}
	return withClientRef(context, itemIndex, 'Item JSON', item);
}

/** The batch items that an input item brings in `jsonArray`. Throws NodeOperationError. */
export function readBatchItems(context: IExecuteFunctions, itemIndex: number): IDataObject[] {
	const value = readJson(context, itemIndex, 'batchJson', 'Batch JSON');
	if (!Array.isArray(value) || value.length === 0 || value.length > BATCH_LIMITS.items) {
		throw inputError(
			context,
			itemIndex,
			'Batch JSON',
			Array.isArray(value)
				? `must have 1 to ${BATCH_LIMITS.items} elements, but has ${value.length}`
				: `must be an array, but is ${value === undefined ? 'empty' : quote(value)}`,
			'Runflow takes 1 to 100 items in a batch. To send more, split them into items and use the input mode JSON per Item, which makes several batches.',
		);
	}
	return value.map((item: unknown, position) => {
		const field = `Batch JSON[${position}]`;
		if (isObject(item)) return withClientRef(context, itemIndex, field, item);
		throw inputError(
			context,
			itemIndex,
			field,
			`must be an object, but is ${quote(item)}`,
			"Each element is an object with the model's input.",
		);
	});
}

function withClientRef(
	context: IExecuteFunctions,
	itemIndex: number,
	field: string,
	item: IDataObject,
): IDataObject {
	const option = context.getNodeParameter('options.clientRef', itemIndex, '');
	const clientRef = item.client_ref ?? (option === '' ? undefined : option);
	if (clientRef === undefined) return item;
	const text = typeof clientRef === 'number' ? String(clientRef) : clientRef;
	if (typeof text !== 'string' || text.length > BATCH_LIMITS.clientRefLength) {
		throw inputError(
			context,
			itemIndex,
			item.client_ref === undefined ? 'Client Ref' : `${field}.client_ref`,
			typeof text === 'string'
				? `may have ${BATCH_LIMITS.clientRefLength} characters, but has ${text.length}`
				: `must be text, but is ${quote(clientRef)}`,
			'Use a short label of your own, e.g. a row number or an article number.',
		);
	}
	return { ...item, client_ref: text };
}
