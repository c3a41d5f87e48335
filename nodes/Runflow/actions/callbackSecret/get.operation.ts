import type { IDataObject } from 'n8n-workflow';

import { getCallbackSecret } from '../../runflow';
import { fieldsFor, type ItemOperation } from '../operation';
import { secretId } from './secretFields';

/** Callback Secret > Get: label, prefix and state of a signing secret, without the secret. */
export const get: ItemOperation = {
	fields: fieldsFor('callbackSecret', ['get'], [secretId.field]),

	async executeItem(api, itemIndex) {
		return (await getCallbackSecret(api, secretId.read(this, itemIndex))) as IDataObject;
	},
};
