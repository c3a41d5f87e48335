import type {
	IDataObject,
	IDisplayOptions,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';

import type { Api } from '../runflow';

/** An operation that answers every input item by itself. */
export interface ItemOperation {
	fields: INodeProperties[];
	/** How many input items are worked on at the same time; by default what the user chose. */
	concurrency?: number;
	/** One output item, or several, for the input item. */
	executeItem(
		this: IExecuteFunctions,
		api: Api,
		itemIndex: number,
	): Promise<IDataObject | IDataObject[]>;
}

/** An operation that needs all input items together; it links its output items itself. */
export interface InputOperation {
	fields: INodeProperties[];
	executeInput(this: IExecuteFunctions, api: Api): Promise<INodeExecutionData[]>;
}

export type Operation = ItemOperation | InputOperation;

/** Restricts fields to one operation, keeping the conditions that they already have. */
export function fieldsFor(
	resource: string,
	operations: string[],
	fields: INodeProperties[],
): INodeProperties[] {
	return fields.map((field) => {
		const displayOptions: IDisplayOptions = {
			...field.displayOptions,
			show: { ...field.displayOptions?.show, resource: [resource], operation: operations },
		};
		return { ...field, displayOptions };
	});
}
