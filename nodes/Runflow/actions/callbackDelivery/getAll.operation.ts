import type { IDataObject } from 'n8n-workflow';

import { listCallbackDeliveries } from '../../runflow';
import { batchId } from '../batchId';
import { listFields, readLimit } from '../listFields';
import { fieldsFor, type ItemOperation } from '../operation';

/** Callback Delivery > Get Many: a batch's deliveries with their attempts. */
export const getAll: ItemOperation = {
	fields: fieldsFor('callbackDelivery', ['getAll'], [batchId.field, ...listFields]),

	async executeItem(api, itemIndex) {
		const deliveries = await listCallbackDeliveries(api, batchId.read(this, itemIndex));
		return deliveries.slice(0, readLimit(this, itemIndex)) as IDataObject[];
	},
};
