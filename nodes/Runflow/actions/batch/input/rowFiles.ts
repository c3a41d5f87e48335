import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { readBinaryFile } from '../../binaryFile';
import { inputError } from '../../inputError';
import type { RowFile } from './row';

/** The field that names a row's binary field. */
export const BINARY_FIELD = 'Input Binary Field';

/** The option that uploads files of the input items and puts references to them into the rows. */
export const uploadBinaryOption: INodeProperties = {
	displayName: 'Upload Binary Files',
	name: 'uploadBinary',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	displayOptions: { show: { '/inputMode': ['mapFields', 'jsonPerItem'] } },
	placeholder: 'Add File',
	default: {},
	description:
		'Files of each input item to upload first; a reference to the file becomes the value of the model field. The same file is uploaded once per run of the node. Do not combine it with your own Idempotency Key across executions: each execution uploads the files again, which changes the content.',
	options: [
		{
			displayName: 'File',
			name: 'files',
			values: [
				{
					displayName: 'Model Field',
					name: 'field',
					type: 'string',
					required: true,
					default: 'image_url',
					description:
						"The model's field that takes the file. A field that holds a list, or is named twice, gets a list.",
				},
				{
					displayName: BINARY_FIELD,
					name: 'binaryProperty',
					type: 'string',
					required: true,
					default: 'data',
					description: 'The name of the input binary field that holds the file, of up to 50 MiB',
				},
			],
		},
	],
};

/**
 * The files of an input item, not uploaded yet.
 *
 * @param lists the model's fields that take a list
 * @throws NodeOperationError for a file that cannot be uploaded
 */
export async function readRowFiles(
	context: IExecuteFunctions,
	item: number,
	lists: ReadonlySet<string>,
): Promise<RowFile[]> {
	const pairs = context.getNodeParameter('options.uploadBinary.files', item, []) as Pair[];
	const files: RowFile[] = [];
	for (const pair of pairs) {
		const field = String(pair.field ?? '').trim();
		if (field === '') throw fieldIsEmpty(context, item);
		const binaryProperty = String(pair.binaryProperty ?? '').trim();
		const file = await readBinaryFile(context, item, binaryProperty, BINARY_FIELD);
		files.push({ field, isList: lists.has(field), binaryProperty, file });
	}
	return files;
}

interface Pair {
	field?: unknown;
	binaryProperty?: unknown;
}

function fieldIsEmpty(context: IExecuteFunctions, item: number) {
	return inputError(
		context,
		item,
		'Model Field',
		'is empty',
		"Under 'Upload Binary Files', name the model's field that takes the file, e.g. image_url.",
	);
}
