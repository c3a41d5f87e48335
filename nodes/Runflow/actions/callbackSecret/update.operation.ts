import type { IDataObject } from 'n8n-workflow';

import { updateCallbackSecret } from '../../runflow';
import { inputError } from '../inputError';
import { fieldsFor, type ItemOperation } from '../operation';
import { labelField, readLabel, secretId } from './secretFields';

/** Callback Secret > Update: renames a signing secret, or makes it the one that signs. */
export const update: ItemOperation = {
	fields: fieldsFor(
		'callbackSecret',
		['update'],
		[
			secretId.field,
			{
				displayName: 'Update Fields',
				name: 'updateFields',
				type: 'collection',
				placeholder: 'Add field',
				default: {},
				options: [
					labelField,
					{
						displayName: 'Make Current',
						name: 'makeCurrent',
						type: 'boolean',
						default: true,
						description:
							'Whether Runflow signs new deliveries with this secret. Add it to the credential first, or those deliveries are refused.',
					},
				],
			},
		],
	),

	async executeItem(api, itemIndex) {
		const id = secretId.read(this, itemIndex);
		const fields = this.getNodeParameter('updateFields', itemIndex, {}) as IDataObject;
		const changes = {
			...('label' in fields ? { label: readLabel(this, itemIndex, 'updateFields.label') } : {}),
			...(fields.makeCurrent === true ? { is_current: true } : {}),
		};
		if (Object.keys(changes).length > 0) {
			return (await updateCallbackSecret(api, id, changes)) as IDataObject;
		}
		throw inputError(
			this,
			itemIndex,
			'Update Fields',
			'is empty',
			'Add a label, or turn Make Current on.',
		);
	},
};
