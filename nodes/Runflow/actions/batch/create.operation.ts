import { simplifyFieldsSince2 } from '../fields/simplifyField';
import { fieldsFor, type InputOperation } from '../operation';
import { createdItems } from './createdItems';
import { callbackFields, readCallback } from './creation/callback';
import { createBatches } from './creation/createBatches';
import { createOptionsField } from './creation/createOptions';
import { leavingUnfinished } from './creation/memory/unfinishedCalls';
import { inputFields } from './input/inputFields';
import { modelField } from './input/model';
import { assertReachable } from './parking/reachable';

/** Batch > Create: one output item for each batch, linked to all input items that are in it. */
export const create: InputOperation = {
	fields: fieldsFor(
		'batch',
		['create'],
		[modelField, ...inputFields, ...callbackFields, ...simplifyFieldsSince2, createOptionsField],
	),

	async executeInput(api) {
		const callback = await readCallback(this);
		if (callback.to === 'laterNode') await assertReachable(this);
		return await leavingUnfinished(
			this,
			async () => await createdItems(this, api, await createBatches(this, api, callback)),
		);
	},
};
