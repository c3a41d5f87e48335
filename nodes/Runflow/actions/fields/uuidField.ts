import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { isUuid } from '../../runflow';
import { inputError, quote } from '../inputError';

/** A field that takes the id of something at Runflow, and its reader. */
export interface UuidField {
	field: INodeProperties;
	/** Reads the id of an item. Throws NodeOperationError when it is no UUID. */
	read(context: IExecuteFunctions, itemIndex: number): string;
}

/**
 * @param origin where the user finds the id, as a sentence
 * @param preset what a new node starts with. It also counts where a saved node has nothing, so it may
 * only take the place of an empty field, which is refused.
 */
export function uuidField(
	displayName: string,
	name: string,
	description: string,
	origin: string,
	preset = '',
): UuidField {
	return {
		field: {
			displayName,
			name,
			type: 'string',
			required: true,
			default: preset,
			placeholder: 'e.g. 3c90c3cc-0d44-4b50-8888-8dd25736052a',
			description,
		},
		read: (context, itemIndex) => {
			const value = context.getNodeParameter(name, itemIndex, '');
			const id = typeof value === 'string' ? value.trim() : value;
			if (isUuid(id)) return id;
			const problem = !id ? 'is empty' : `must be a UUID, but is ${quote(value)}`;
			throw inputError(context, itemIndex, displayName, problem, origin);
		},
	};
}
