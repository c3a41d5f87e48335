import type { IDataObject } from 'n8n-workflow';

import { isTool } from '../../host/run/nodeRun';
import { readListedRows } from '../../runflow';
import { readRowsForAgents } from '../batch/results/forAgents';
import { batchId } from '../fields/batchId';
import { limitFields, readLimit } from '../fields/limitFields';
import { fieldsFor, type ItemOperation } from '../operation';

/** Batch Item > Get Many: the rows of a batch with their inputs, outputs and costs. */
export const getAll: ItemOperation = {
	fields: fieldsFor('batchItem', ['getAll'], [batchId.field, ...limitFields]),

	async executeItem(api, itemIndex) {
		const id = batchId.read(this, itemIndex);
		const rows = (await readListedRows(api, id, readLimit(this, itemIndex))) as IDataObject[];
		return isTool(this) ? readRowsForAgents(rows, 'id') : rows;
	},
};
