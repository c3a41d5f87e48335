import { createdItems } from '../batch/createdItems';
import { readCallback } from '../batch/creation/callback';
import { createBatches } from '../batch/creation/createBatches';
import { leavingUnfinished } from '../batch/creation/memory/unfinishedCalls';
import { simplifyFieldsSince2 } from '../fields/simplifyField';
import { fieldsFor, type InputOperation } from '../operation';
import { runCallbackFields, runInputFields, runOptionsField } from './runFields';

/** Run > Create: starts a run for each input item, without waiting for the results. */
export const create: InputOperation = {
	fields: fieldsFor(
		'run',
		['create'],
		[...runInputFields, ...runCallbackFields, ...simplifyFieldsSince2, runOptionsField],
	),

	async executeInput(api) {
		const callback = await readCallback(this);
		return await leavingUnfinished(
			this,
			async () =>
				await createdItems(this, api, await createBatches(this, api, callback, { shape: 'runs' })),
		);
	},
};
