import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { getBatch, type Api } from '../../runflow';
import { mapConcurrently } from '../concurrency';
import { readConcurrency } from '../fields/requestOptions';
import { fieldsFor, type InputOperation } from '../operation';
import { callbackFields, readCallback, type Callback } from './creation/callback';
import { createBatches, type PlacedBatch } from './creation/createBatches';
import { createOptionsField } from './creation/createOptions';
import { leavingUnfinished } from './creation/unfinishedCalls';
import { inputFields } from './input/inputFields';
import { modelField } from './input/model';
import { assertReachable } from './parking/reachable';

/** Batch > Create: one output item for each batch, linked to all input items that are in it. */
export const create: InputOperation = {
	fields: fieldsFor(
		'batch',
		['create'],
		[modelField, ...inputFields, ...callbackFields, createOptionsField],
	),

	async executeInput(api) {
		const callback = await readCallback(this);
		if (callback.to === 'laterNode') await assertReachable(this);
		return await leavingUnfinished(this, async () => await placements(this, api, callback));
	},
};

async function placements(
	context: IExecuteFunctions,
	api: Api,
	callback: Callback,
): Promise<INodeExecutionData[]> {
	const { placed, failed } = await createBatches(context, api, callback);
	const batches = await mapConcurrently(placed, async (batch) => await readState(api, batch), {
		goOn: false,
		concurrency: readConcurrency(context),
	});
	return [
		...batches.map((outcome, index) => {
			if (outcome?.status !== 'fulfilled') throw outcome?.reason;
			const items = placed[index].items.filter((item) => item !== null);
			return {
				json: outcome.value,
				pairedItem: [...new Set(items)].map((item) => ({ item })),
			};
		}),
		...failed,
	];
}

/**
 * The batch with its id under `batch_id` too, the name that rows and callbacks have for it. A batch
 * that an earlier try created is read, since only its id is remembered. Never throws.
 */
async function readState(api: Api, { id, answer }: PlacedBatch): Promise<IDataObject> {
	if (answer) return { ...answer, batch_id: id } as IDataObject;
	const read = await getBatch(api, id).catch(() => undefined);
	// A batch that exists is told of, even where it cannot be read at the moment.
	if (!read) return { id, batch_id: id };
	const state = { ...read, batch_id: id };
	// Rows as they were sent are no part of the answer to a creation, and can be megabytes.
	delete state.input;
	return state as IDataObject;
}
