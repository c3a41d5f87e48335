import { deliveryOutcome, listCallbackDeliveries, type DeliveryOutcome } from '../../runflow';
import { batchId } from '../fields/batchId';
import { limitFields, readLimit } from '../fields/limitFields';
import { readSimplify, simplifyField } from '../fields/simplifyField';
import { fieldsFor, type ItemOperation } from '../operation';
import { deliveryJson } from './simplifiedDelivery';

/** Callback Delivery > Get Many: a batch's deliveries with their attempts. */
export const getAll: ItemOperation = {
	fields: fieldsFor(
		'callbackDelivery',
		['getAll'],
		[
			batchId.field,
			...limitFields,
			simplifyField,
			{
				displayName: 'Filters',
				name: 'filters',
				type: 'collection',
				placeholder: 'Add filter',
				default: {},
				options: [
					{
						displayName: 'Outcome',
						name: 'outcome',
						type: 'multiOptions',
						default: [],
						description: 'Which outcomes to return. Select none to return all.',
						options: [
							{
								name: 'Failed',
								value: 'failed',
								description: 'Every attempt failed, and there will be no more attempts',
							},
							{
								name: 'Pending',
								value: 'pending',
								description: 'An attempt is under way or still to come',
							},
							{
								name: 'Succeeded',
								value: 'succeeded',
								description: 'The receiver answered with 2xx',
							},
						],
					},
				],
			},
		],
	),

	async executeItem(api, itemIndex) {
		const deliveries = await listCallbackDeliveries(api, batchId.read(this, itemIndex));
		const simplify = readSimplify(this, itemIndex);
		const wanted = this.getNodeParameter('filters.outcome', itemIndex, []) as DeliveryOutcome[];
		return deliveries
			.filter((delivery) => wanted.length === 0 || wanted.includes(deliveryOutcome(delivery)))
			.slice(0, readLimit(this, itemIndex))
			.map((delivery) => deliveryJson(delivery, simplify));
	},
};
