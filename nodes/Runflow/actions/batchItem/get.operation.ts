import type { IDataObject } from 'n8n-workflow';

import { readRow } from '../../runflow';
import { batchId } from '../fields/batchId';
import { itemId } from '../fields/itemId';
import { fieldsFor, type ItemOperation } from '../operation';

/** Batch Item > Get: one row of a batch with its input, output and cost; links are signed anew. */
export const get: ItemOperation = {
	fields: fieldsFor('batchItem', ['get'], [batchId.field, itemId.field]),

	async executeItem(api, itemIndex) {
		const batch = batchId.read(this, itemIndex);
		return (await readRow(api, batch, itemId.read(this, itemIndex))) as IDataObject;
	},
};
