import type { IDataObject } from 'n8n-workflow';

import { getBatchItem } from '../../runflow';
import { batchId } from '../fields/batchId';
import { itemId } from '../fields/itemId';
import { fieldsFor, type ItemOperation } from '../operation';

/** Batch Item > Get: one row of a batch with its input, output and cost; links are signed anew. */
export const get: ItemOperation = {
	fields: fieldsFor('batchItem', ['get'], [batchId.field, itemId.field]),

	async executeItem(api, itemIndex) {
		const item = await getBatchItem(
			api,
			batchId.read(this, itemIndex),
			itemId.read(this, itemIndex),
		);
		return item as IDataObject;
	},
};
