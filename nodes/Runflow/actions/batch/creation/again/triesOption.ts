import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { quote, inputError } from '../../../inputError';

const MOST = 3;

/** The option that has failed rows run again before the results come out. */
export const triesOption: INodeProperties = {
	displayName: 'Try Failed Rows Again',
	name: 'tryFailedRowsAgain',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: MOST },
	default: 0,
	description:
		'How often rows that the model failed on may run again, in a new batch, before the results come out. Rows whose input was refused, or that were cancelled, do not run again. The field tries says how many tries each row took.',
};

/** How often failed rows run again; 0 where they do not. Throws NodeOperationError. */
export function readTries(context: IExecuteFunctions): number {
	const given: unknown = context.getNodeParameter('options.tryFailedRowsAgain', 0, 0) ?? 0;
	const times = given === '' ? 0 : Number(given);
	if (Number.isInteger(times) && times >= 0 && times <= MOST) return times;
	throw inputError(
		context,
		0,
		'Try Failed Rows Again',
		`must be a whole number from 0 to ${MOST}, but is ${quote(given)}`,
		'Enter how often failed rows may run again, or remove the option.',
	);
}
