import type { IExecuteFunctions } from 'n8n-workflow';

import { inputError, quote } from '../inputError';

/** Reads a field that holds a number, decimals too. Throws NodeOperationError below `least`. */
export function readNumber(
	context: IExecuteFunctions,
	itemIndex: number,
	name: string,
	{ displayName, fallback, least }: { displayName: string; fallback: number; least: number },
): number {
	const given: unknown = context.getNodeParameter(name, itemIndex, fallback);
	const value = given === '' || given === null ? NaN : Number(given);
	if (Number.isFinite(value) && value >= least) return value;
	throw inputError(
		context,
		itemIndex,
		displayName,
		`must be a number of at least ${least}, but is ${quote(given)}`,
		`Enter a number; the default is ${fallback}.`,
	);
}
