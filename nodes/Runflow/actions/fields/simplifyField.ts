import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

/** The switch between all that Runflow returns and the fields that matter. */
export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** Whether an item's output is to be simplified. */
export function readSimplify(context: IExecuteFunctions, itemIndex: number): boolean {
	return Boolean(context.getNodeParameter('simplify', itemIndex, true));
}
