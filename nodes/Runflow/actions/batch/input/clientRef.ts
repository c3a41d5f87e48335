import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { BATCH_LIMITS } from '../../../runflow';
import { inputError, quote } from '../../inputError';

/** The option that labels a row; an empty one labels nothing. */
export const clientRefOption: INodeProperties = {
	displayName: 'Client Ref',
	name: 'clientRef',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.sku }}',
	description:
		'A label of up to 255 characters that comes back with each batch item. A client_ref inside the JSON takes precedence.',
};

/**
 * A row's input with its label: its own `client_ref`, or that of the option.
 *
 * @param field where the input stands, for errors
 * @throws NodeOperationError for a label that is no text or too long
 */
export function withClientRef(
	context: IExecuteFunctions,
	item: number,
	field: string,
	input: IDataObject,
): IDataObject {
	const own = input.client_ref ?? undefined;
	const label = own ?? context.getNodeParameter('options.clientRef', item, '');
	// An expression that finds nothing gives null.
	if (label === undefined || label === null || label === '') {
		const unlabelled = { ...input };
		if (own === undefined) delete unlabelled.client_ref;
		return unlabelled;
	}
	const text = typeof label === 'number' ? String(label) : label;
	if (typeof text === 'string' && text.length <= BATCH_LIMITS.clientRefLength) {
		return { ...input, client_ref: text };
	}
	throw inputError(
		context,
		item,
		own === undefined ? 'Client Ref' : `${field}.client_ref`,
		typeof text === 'string'
			? `may have at most ${BATCH_LIMITS.clientRefLength} characters, but has ${text.length}`
			: `must be text, but is ${quote(label)}`,
		'Use a short label of your own, e.g. a row number or an article number.',
	);
}
