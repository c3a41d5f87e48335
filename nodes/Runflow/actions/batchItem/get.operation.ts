import type { IDataObject } from 'n8n-workflow';

import { getBatchItem } from '../../runflow';
import { batchId } from '../batchId';
import { fieldsFor, type ItemOperation } from '../operation';
import { uuidField } from '../uuidField';

const itemId = uuidField(
	'Item ID',
	'itemId',
	'The ID of the batch item',
	"Use the 'id' of an entry in the batch's 'items', or of a Batch Item > Get Many item.",
);

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
