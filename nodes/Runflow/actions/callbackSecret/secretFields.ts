import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { LONGEST_SECRET_LABEL } from '../../runflow';
import { inputError } from '../inputError';
import { uuidField } from '../fields/uuidField';

/** The field that names a signing secret. */
export const secretId = uuidField(
	'Secret ID',
	'secretId',
	'The ID of the signing secret; not the secret itself',
	"Use the 'id' that Callback Secret > Create returns, or the 'signing_secret_id' of a callback delivery.",
);

/** The label of a signing secret. */
export const labelField: INodeProperties = {
	displayName: 'Label',
	name: 'label',
	type: 'string',
	default: '',
	placeholder: 'e.g. n8n production',
	description: 'A name to recognize the secret by, of up to 255 characters',
};

/** Reads a label. Throws NodeOperationError when it is empty or too long. */
export function readLabel(context: IExecuteFunctions, itemIndex: number, name: string): string {
	const label = String(context.getNodeParameter(name, itemIndex, '') ?? '').trim();
	if (label !== '' && label.length <= LONGEST_SECRET_LABEL) return label;
	throw inputError(
		context,
		itemIndex,
		'Label',
		label === ''
			? 'is empty'
			: `may have at most ${LONGEST_SECRET_LABEL} characters, but has ${label.length}`,
		'Give the secret a short name, e.g. n8n production.',
	);
}
