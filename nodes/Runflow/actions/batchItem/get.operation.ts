import type { IDataObject } from 'n8n-workflow';

import { isTool } from '../../host/run/nodeRun';
import { readRow } from '../../runflow';
import { rowForAgents } from '../batch/results/forAgents';
import { batchId } from '../fields/batchId';
import { itemId } from '../fields/itemId';
import { fieldsFor, type ItemOperation } from '../operation';

/** Batch Item > Get: one row of a batch with its input, output and cost; links are signed anew. */
export const get: ItemOperation = {
	fields: fieldsFor('batchItem', ['get'], [batchId.field, itemId.field]),

	async executeItem(api, itemIndex) {
		const batch = batchId.read(this, itemIndex);
		const row = (await readRow(api, batch, itemId.read(this, itemIndex))) as IDataObject;
		return isTool(this) ? rowForAgents(row) : row;
	},
};
