import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

/** The switch between all that Runflow returns and the fields that matter. */
export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/**
 * The same for operations that have it since version 2 of the node: saved nodes of version 1 go on to
 * return everything.
 */
export const simplifyFieldsSince2: INodeProperties[] = [
	{ ...simplifyField, displayOptions: { show: { '@version': [1] } }, default: false },
	{ ...simplifyField, displayOptions: { show: { '@version': [2] } } },
];

/** Whether an item's output is to be simplified. */
export function readSimplify(context: IExecuteFunctions, itemIndex: number): boolean {
	return Boolean(context.getNodeParameter('simplify', itemIndex, true));
}

/** The same where the field is one of `simplifyFieldsSince2`. */
export function readSimplifySince2(context: IExecuteFunctions, itemIndex: number): boolean {
	const byDefault = context.getNode().typeVersion >= 2;
	return Boolean(context.getNodeParameter('simplify', itemIndex, byDefault));
}
