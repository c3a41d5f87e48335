import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { accountDescription } from './actions/account/account.resource';
import { batchDescription } from './actions/batch/batch.resource';
import { resume } from './actions/batch/parking/resume';
import { batchItemDescription } from './actions/batchItem/batchItem.resource';
import { callbackDeliveryDescription } from './actions/callbackDelivery/callbackDelivery.resource';
import { callbackSecretDescription } from './actions/callbackSecret/callbackSecret.resource';
import { mediaDescription } from './actions/media/media.resource';
import { modelDescription } from './actions/model/model.resource';
import { runDescription } from './actions/run/run.resource';
import { requestOptionsField } from './actions/fields/requestOptions';
import { router } from './actions/router';
import { resumeWebhooks } from './host/run/parkedRun';
import { assertLoadable } from './host/supportedN8n';
import { getModelFields } from './methods/getModelFields';
import { searchModels } from './methods/searchModels';

assertLoadable();

export class Runflow implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Runflow',
		name: 'runflow',
		icon: { light: 'file:runflow.svg', dark: 'file:runflow.dark.svg' },
		group: ['transform'],
		// In version 2 Wait For is Automatic at first, and rows run each by themselves where a model takes no
		// batches; workflows that exist keep version 1, its Callback and its error.
		version: [1, 2],
		defaultVersion: 2,
		subtitle:
			'={{ ({ getAll: "get many", createAndWait: "create and wait", getBalance: "get balance" })[$parameter["operation"]] ?? $parameter["operation"] }}: {{ $parameter["resource"].replace(/[A-Z]/g, " $&").toLowerCase() }}',
		description:
			'Run AI image and video models over batches of rows, and start workflows when a batch is finished',
		defaults: { name: 'Runflow' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		waitingNodeTooltip:
			'Runflow is working. This execution sleeps and continues on its own. Stopping it neither stops nor refunds what was created.',
		webhooks: resumeWebhooks,
		credentials: [{ name: 'runflowApi', required: true }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				default: 'batch',
				options: [
					{ name: 'Account', value: 'account' },
					{ name: 'Batch', value: 'batch' },
					{ name: 'Batch Item', value: 'batchItem' },
					{ name: 'Callback Delivery', value: 'callbackDelivery' },
					{ name: 'Callback Secret', value: 'callbackSecret' },
					{ name: 'Media', value: 'media' },
					{ name: 'Model', value: 'model' },
					{ name: 'Run', value: 'run' },
				],
			},
			...accountDescription,
			...batchDescription,
			...batchItemDescription,
			...callbackDeliveryDescription,
			...callbackSecretDescription,
			...mediaDescription,
			...modelDescription,
			...runDescription,
			requestOptionsField,
		],
	};

	methods = {
		listSearch: { searchModels },
		resourceMapping: { getModelFields },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await router.call(this);
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await resume.call(this);
	}
}
