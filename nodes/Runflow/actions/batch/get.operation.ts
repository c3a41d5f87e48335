import type { IDataObject } from 'n8n-workflow';

import { isTool } from '../../host/run/nodeRun';
import { costText, getWholeBatch, type Batch } from '../../runflow';
import { batchId } from '../fields/batchId';
import { readSimplify, simplifyField } from '../fields/simplifyField';
import { fieldsFor, type ItemOperation } from '../operation';
import { batchForAgents } from './results/forAgents';

/** Batch > Get: the batch with its counters and item handles. */
export const get: ItemOperation = {
	fields: fieldsFor('batch', ['get'], [batchId.field, simplifyField]),

	async executeItem(api, itemIndex) {
		const batch = await getWholeBatch(api, batchId.read(this, itemIndex));
		if (isTool(this)) return batchForAgents(batch as IDataObject);
		return (readSimplify(this, itemIndex) ? simplify(batch) : batch) as IDataObject;
	},
};

function simplify(batch: Batch) {
	const { id, status_code, items_total, items_succeeded, items_failed, items_cancelled } = batch;
	const { cost, duration_ms = null, metadata = null, items = [] } = batch;
	const { failure_code, failure_message, failure_stage_code } = batch;
	const failure = { failure_code, failure_message, failure_stage_code };
	return {
		id,
		batch_id: id,
		status_code,
		items_total,
		items_succeeded,
		items_failed,
		items_cancelled,
		cost: costText(cost),
		duration_ms,
		metadata,
		items,
		...Object.fromEntries(Object.entries(failure).filter(([, said]) => said)),
	};
}
