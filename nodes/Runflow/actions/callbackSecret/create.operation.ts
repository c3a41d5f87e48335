import type { IDataObject } from 'n8n-workflow';

import { createCallbackSecret } from '../../runflow';
import { fieldsFor, type ItemOperation } from '../operation';
import { labelField, readLabel } from './secretFields';

/** Callback Secret > Create: the one operation whose output holds a secret, because it is made here. */
export const create: ItemOperation = {
	fields: fieldsFor(
		'callbackSecret',
		['create'],
		[
			{
				displayName:
					"The secret is shown once: 'plain_secret' of the output, and never again. To change secrets without losing a callback: 1. create the new one here. 2. In the Runflow API credential move the old one to 'Previous Callback Secret' and paste the new one into 'Callback Secret'. 3. Make it current with Update. 4. When no delivery of the old one is left, empty 'Previous Callback Secret'. The output is stored with this execution, so delete the execution afterwards.",
				name: 'secretNotice',
				type: 'notice',
				default: '',
			},
			{ ...labelField, required: true },
		],
	),

	async executeItem(api, itemIndex) {
		return (await createCallbackSecret(api, readLabel(this, itemIndex, 'label'))) as IDataObject;
	},
};
