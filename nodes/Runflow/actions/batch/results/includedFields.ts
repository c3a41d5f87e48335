import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';

import { isTool } from '../../../host/run/nodeRun';
import { inputIndex } from '../parking/awaiting';

/** The fields that let a row's own columns come out with its result. */
export const includedFieldsFields: INodeProperties[] = [
	{
		displayName: 'Include Input Fields',
		name: 'includeInputFields',
		type: 'options',
		displayOptions: { hide: { '@tool': [true] } },
		default: 'none',
		description:
			'Which fields of the input item come out with its result. The fields of the result keep their names: an input field of the same name gets input_ in front.',
		options: [
			{ name: 'All', value: 'all', description: 'Every field of the input item' },
			{ name: 'None', value: 'none', description: 'The result alone' },
			{ name: 'Selected', value: 'selected', description: 'The fields that you name' },
		],
	},
	{
		displayName: 'Input Fields',
		name: 'inputFieldNames',
		type: 'string',
		required: true,
		requiresDataPath: 'multiple',
		displayOptions: { show: { includeInputFields: ['selected'] }, hide: { '@tool': [true] } },
		default: '',
		placeholder: 'e.g. sku, product',
		description: 'The names of the fields, separated by commas',
	},
];

/** What a result may hold, whether this one does or not: a column is called the same in all rows. */
const OF_RESULTS = new Set([
	'id',
	'run_id',
	'batch_id',
	'sequence_index',
	'client_ref',
	'status_code',
	'output',
	'urls',
	'files',
	'cost',
	'error',
	'details',
]);

/**
 * Items with the fields of their input items beside the result, as far as that is chosen. What n8n
 * sends to an error output stays as it is: n8n itself joins that with the input item, and knows it by
 * having no other fields.
 */
export function withInputFields(
	context: IExecuteFunctions,
	items: INodeExecutionData[],
): INodeExecutionData[] {
	const choice = context.getNodeParameter('includeInputFields', 0, 'none');
	if (choice === 'none' || isTool(context)) return items;
	const chosen = choice === 'selected' ? readNames(context) : undefined;
	const hasErrorOutput = context.getNode().onError === 'continueErrorOutput';
	const input = context.getInputData();
	return items.map((item) => {
		if (hasErrorOutput && item.json.error) return item;
		const own = input[inputIndex(item)]?.json ?? {};
		return { ...item, json: { ...beside(item.json, own, chosen), ...item.json } };
	});
}

function beside(
	result: IDataObject,
	own: IDataObject,
	chosen: ReadonlySet<string> | undefined,
): IDataObject {
	const fields: IDataObject = {};
	for (const [name, value] of Object.entries(own)) {
		if (chosen?.has(name) ?? true) fields[freeName(name, result, own)] = value;
	}
	return fields;
}

function freeName(name: string, result: IDataObject, own: IDataObject): string {
	const isResult = (given: string) => OF_RESULTS.has(given) || Object.hasOwn(result, given);
	if (!isResult(name)) return name;
	let free = `input_${name}`;
	while (isResult(free) || Object.hasOwn(own, free)) free = `input_${free}`;
	return free;
}

function readNames(context: IExecuteFunctions): ReadonlySet<string> {
	const given: unknown = context.getNodeParameter('inputFieldNames', 0, '') ?? '';
	const names = Array.isArray(given) ? given.map(String) : String(given).split(',');
	return new Set(names.map((name) => name.trim()).filter((name) => name !== ''));
}
