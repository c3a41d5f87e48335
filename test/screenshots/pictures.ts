import type { INodeParameters } from 'n8n-workflow';

/** The example that the pictures are made with. */
export const CALLBACK_EXAMPLE = 'start-a-workflow-from-callbacks';

/** A picture of n8n's editor, in docs/images under its name. */
export interface Picture {
	name: string;
	/** The example to open; without it a workflow of one Runflow node with the given parameters. */
	example?: string;
	/** Its input is one item with the `batch_id` of a finished batch. */
	parameters?: INodeParameters;
	/** Runs the workflow from this trigger first, so that the picture shows the data. */
	run?: string;
	/** The node whose panel to show; without it the canvas is shown. */
	node?: string;
	/** Texts in the panel to click on first, to unfold what is folded. */
	click?: string[];
	/** Shows the dialog of the credential instead of a workflow. */
	credential?: boolean;
}

const BATCH_ID = '={{ $json.batch_id }}';

const panel = (name: string, parameters: INodeParameters): Picture => ({
	name,
	parameters,
	run: 'Start',
	node: 'Runflow',
});

/** All pictures. */
export const pictures: Picture[] = [
	{ name: 'canvas', example: CALLBACK_EXAMPLE, run: 'Start' },
	{
		name: 'runflow-batch-create',
		example: CALLBACK_EXAMPLE,
		run: 'Start',
		node: 'Create batch',
	},
	panel('runflow-batch-get', { resource: 'batch', operation: 'get', batchId: BATCH_ID }),
	panel('runflow-callback-delivery-redeliver', {
		resource: 'callbackDelivery',
		operation: 'redeliver',
		batchId: BATCH_ID,
	}),
	{
		name: 'runflow-trigger',
		example: CALLBACK_EXAMPLE,
		node: 'Runflow Trigger',
		click: ['Webhook URLs', 'Production URL'],
	},
	{ name: 'credential', credential: true },
];
