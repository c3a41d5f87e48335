import type { IDataObject } from 'n8n-workflow';

import { fieldsFor, type InputOperation } from '../operation';
import { inputFields } from './batchInput';
import { callbackFields, readCallbackUrl } from './callbackUrl';
import { createBatches } from './createBatches';
import { createOptionsField } from './createOptions';
import { modelField } from './model';
import { assertReachable } from './resumeUrl';

/** Batch > Create: one output item for each batch, linked to all input items that are in it. */
export const create: InputOperation = {
	fields: fieldsFor(
		'batch',
		['create'],
		[modelField, ...inputFields, ...callbackFields, createOptionsField],
	),

	async executeInput(api) {
		if (this.getNodeParameter('callback', 0, 'none') === 'resume') await assertReachable(this);
		const { placed, failed } = await createBatches(this, api, (itemIndex) =>
			readCallbackUrl(this, itemIndex),
		);
		return [
			...placed.map(({ plan, batch }) => ({
				json: batch as IDataObject,
				pairedItem: [...new Set(plan.itemIndexes)].map((item) => ({ item })),
			})),
			...failed,
		];
	},
};
