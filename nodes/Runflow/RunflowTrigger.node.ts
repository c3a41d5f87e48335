import {
	NodeConnectionTypes,
	type IHookFunctions,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { answersWhenStored } from './host/answersWhenStored';
import { assertLoadable } from './host/supportedN8n';
import { assertActivatable } from './trigger/activate';
import { triggerFields } from './trigger/fields';
import { receive } from './trigger/receive';

assertLoadable();

export class RunflowTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Runflow Trigger',
		name: 'runflowTrigger',
		icon: { light: 'file:runflow.svg', dark: 'file:runflow.dark.svg' },
		group: ['trigger'],
		// For version 1 n8n evaluates an expression of its own on every request, else they are the same.
		version: [1, 2],
		defaultVersion: 2,
		subtitle:
			'={{ (($parameter["events"].includes("*") || $parameter["events"].filter((event) => event.startsWith("batch.")).length === 4) ? ["all outcomes", ...$parameter["events"].filter((event) => event.startsWith("run."))] : $parameter["events"]).map((event) => ({ "batch.succeeded": "all rows succeeded", "batch.partial_succeeded": "some rows failed", "batch.failed": "all rows failed", "batch.cancelled": "cancelled", "run.completed": "run completed", "run.failed": "run failed", "run.cancelled": "run cancelled", "run.partial_succeeded": "run partially succeeded" })[event] ?? event).join(", ") }}',
		description:
			'Run AI image and video models over batches of rows, and start workflows when a batch is finished',
		eventTriggerDescription: 'Waiting for Runflow to post a signed callback to the test URL',
		activationMessage:
			"You can now pass this node's production URL as the Callback URL of your batches.",
		defaults: { name: 'Runflow Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'runflowApi', required: true }],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				responseMode: answersWhenStored(),
				responseData: '',
				path: 'runflow',
			},
		],
		triggerPanel: {
			header: 'Receive a batch callback',
			executionsHelp: {
				inactive:
					'<b>While building</b>, click Execute step, then create a batch with the test URL as its Callback URL, or redeliver the callback of a finished one.<br /><br /><b>When you are done</b>, publish the workflow and create batches with the production URL.',
				active:
					'<b>While building</b>, click Execute step, then create a batch with the test URL as its Callback URL.<br /><br /><b>The workflow is published</b>: callbacks to the production URL start it, and you find them under Executions.',
			},
			activationHint:
				'Publish the workflow. Callbacks to the production URL then start it automatically.',
		},
		properties: triggerFields,
	};

	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				await assertActivatable(this);
				return true;
			},
			async create(this: IHookFunctions): Promise<boolean> {
				await assertActivatable(this);
				return true;
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return true;
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive.call(this);
	}
}
