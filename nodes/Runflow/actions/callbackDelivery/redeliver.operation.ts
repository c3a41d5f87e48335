import { NodeApiError, type IDataObject } from 'n8n-workflow';

import { isRedeliveryConflict, redeliverCallback } from '../../runflow';
import { batchId } from '../fields/batchId';
import { oncePerRun } from '../oncePerRun';
import { readSimplify, simplifyField } from '../fields/simplifyField';
import { fieldsFor, type ItemOperation } from '../operation';
import { deliveryJson } from './simplifiedDelivery';

/**
 * Callback Delivery > Redeliver: has Runflow send a finished batch's callback again, once in a run
 * however many items name the batch.
 */
export const redeliver: ItemOperation = {
	fields: fieldsFor(
		'callbackDelivery',
		['redeliver'],
		[
			batchId.field,
			{
				displayName: 'On Conflict',
				name: 'onConflict',
				type: 'options',
				default: 'error',
				description: 'What to do when a delivery of this batch is already on its way',
				options: [
					{
						name: 'Error',
						value: 'error',
						description: 'Fail, so that the workflow notices',
					},
					{
						name: 'Ignore',
						value: 'ignore',
						description: 'Continue: the delivery on its way is enough',
					},
				],
			},
			simplifyField,
		],
	),

	async executeItem(api, itemIndex) {
		const id = batchId.read(this, itemIndex);
		const simplify = readSimplify(this, itemIndex);
		const ignore = this.getNodeParameter('onConflict', itemIndex, 'error') === 'ignore';
		const redelivery = oncePerRun(this, id.toLowerCase(), async () => {
			return await redeliverCallback(api, id);
		});
		return await redelivery.then(
			(delivery): IDataObject => ({ ...deliveryJson(delivery, simplify), redelivered: true }),
			(error: unknown): IDataObject => {
				if (!isRedeliveryConflict(error)) throw error;
				if (ignore) return { batch_id: id, redelivered: false, reason: 'conflict' };
				throw new NodeApiError(
					this.getNode(),
					{ message: error.message },
					{
						message: 'A delivery of this batch is already on its way',
						description:
							"Wait until it has succeeded or used up its attempts (Callback Delivery > Get Many shows it), or set 'On Conflict' to Ignore.",
						httpCode: '422',
						itemIndex,
					},
				);
			},
		);
	},
};
