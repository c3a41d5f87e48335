import type { IDataObject } from 'n8n-workflow';

import type { FileToUpload } from '../../../runflow';

/** Where a row comes from. */
export interface RowSource {
	/** The input item. */
	item: number;
	/** Its place in the item's array in `jsonArray`, 0 otherwise. */
	element: number;
}

/** A row, read and checked: one element of a batch's `input`. */
export interface Row extends RowSource {
	/** The model's path below `/v1/models`, encoded. */
	model: string;
	/** The model's own input, with an optional `client_ref` beside its fields. */
	input: IDataObject;
	/** Files whose references are still to be put into `input`. */
	files: RowFile[];
}

/** A file of a row, not uploaded yet. */
export interface RowFile {
	/** The model's field that takes it. */
	field: string;
	/** Whether that field takes a list. */
	isList: boolean;
	/** The name of the item's binary field. */
	binaryProperty: string;
	file: FileToUpload;
}

/** A row's source as a key of a map. */
export function rowKey({ item, element }: RowSource): string {
	return `${item} ${element}`;
}
