import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import { batchDescription } from './actions/batch/batch.resource';
import { callbackDeliveryDescription } from './actions/callbackDelivery/callbackDelivery.resource';
import { router } from './actions/router';

export class Runflow implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Runflow',
		name: 'runflow',
		icon: { light: 'file:runflow.svg', dark: 'file:runflow.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Run AI image and video models over batches of inputs',
		defaults: { name: 'Runflow' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'runflowApi', required: true }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				default: 'batch',
				options: [
					{ name: 'Batch', value: 'batch' },
					{ name: 'Callback Delivery', value: 'callbackDelivery' },
				],
			},
			...batchDescription,
			...callbackDeliveryDescription,
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await router.call(this);
	}
}
