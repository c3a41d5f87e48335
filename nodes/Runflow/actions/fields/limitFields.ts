import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { inputError, quote } from '../inputError';

/** The two fields of every Get Many operation. */
export const limitFields: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		displayOptions: { show: { returnAll: [false] } },
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
	},
];

/** How many results an item asks for; `Infinity` for all. Throws NodeOperationError below 1. */
export function readLimit(context: IExecuteFunctions, itemIndex: number): number {
	if (context.getNodeParameter('returnAll', itemIndex, false)) return Infinity;
	const limit = Number(context.getNodeParameter('limit', itemIndex, 50));
	if (Number.isInteger(limit) && limit >= 1) return limit;
	throw inputError(
		context,
		itemIndex,
		'Limit',
		`must be a whole number of at least 1, but is ${quote(context.getNodeParameter('limit', itemIndex, 50))}`,
		"Enter a number, or turn 'Return All' on.",
	);
}
