import type { IDataObject } from 'n8n-workflow';

import { listCallbackDeliveries } from '../../runflow';
import { batchIdField, readBatchId } from '../batchId';
import { listFields, readLimit } from '../listFields';
import { fieldsFor, type ItemOperation } from '../operation';

/** Callback Delivery > Get Many: a batch's deliveries with their attempts. */
export const getAll: ItemOperation = {
	fields: fieldsFor('callbackDelivery', ['getAll'], [batchIdField, ...listFields]),

	async executeItem(api, itemIndex) {
		const deliveries = await listCallbackDeliveries(api, readBatchId(this, itemIndex));
		return deliveries.slice(0, readLimit(this, itemIndex)) as IDataObject[];
	},
};
