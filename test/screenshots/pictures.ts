import type { IDataObject, INodeParameters } from 'n8n-workflow';

/** The example that the pictures are made with. */
export const CALLBACK_EXAMPLE = 'start-a-workflow-from-callbacks';

/** A picture of n8n's editor, in docs/images under its name. */
export interface Picture {
	name: string;
	/** The example to open; without it a workflow of one Runflow node with the given parameters. */
	example?: string;
	parameters?: INodeParameters;
	/** The input of that node; by default one item with the `batch_id` of a finished batch. */
	input?: IDataObject[];
	/** Runs the workflow from this trigger first, so that the picture shows the data. */
	run?: string;
	/** The node whose panel to show; without it the canvas is shown. */
	node?: string;
	/** Texts in the panel to click on first, to unfold what is folded. */
	click?: string[];
	/** A label in the panel to scroll to the top. */
	top?: string;
	/** A parameter whose list to open. */
	list?: string;
	/** Shows the files of the panel's output, or the first of them itself. */
	binary?: 'list' | 'view';
	/** Shows the dialog of the credential instead of a workflow. */
	credential?: boolean;
	/** Shows an agent with the node as its tool. */
	agent?: boolean;
	/** In n8n's dark mode. */
	dark?: boolean;
}

const PRODUCTS = ['lamp', 'chair', 'vase'].map((product) => ({
	product,
	photo: `https://example.com/${product}.png`,
	prompt: `The ${product} in a sunny living room`,
}));

const NANO_BANANA = {
	__rl: true,
	mode: 'list',
	value: 'google/nano-banana-pro',
	cachedResultName: 'Nano Banana Pro (google/nano-banana-pro)',
};

/** Rows that become pictures, each from the prompt of its item. */
const MAKES_PICTURES: INodeParameters = {
	resource: 'batch',
	operation: 'createAndWait',
	model: NANO_BANANA,
	inputMode: 'jsonPerItem',
	itemJson: '={{ { prompt: $json.prompt } }}',
};

/** All pictures. */
export const pictures: Picture[] = [
	{ name: 'canvas', example: CALLBACK_EXAMPLE, run: 'Start' },
	{ name: 'canvas-create-and-wait', example: 'rows-to-results', run: 'Start' },
	{ name: 'create-and-wait', example: 'rows-to-results', run: 'Start', node: 'Run the model' },
	{
		name: 'runflow-trigger',
		example: CALLBACK_EXAMPLE,
		node: 'Runflow Trigger',
		click: ['Webhook URLs', 'Production URL'],
	},
	{
		name: 'mapped-fields',
		parameters: {
			resource: 'batch',
			operation: 'createAndWait',
			model: NANO_BANANA,
			inputMode: 'mapFields',
			modelInputs: {
				mappingMode: 'defineBelow',
				value: {
					prompt: '={{ $json.prompt }}',
					image_urls: '={{ $json.photo }}',
					num_images: 1,
					guidance: 7.5,
					transparent: false,
					style: 'natural',
					config: '{ "seed": 7 }',
				},
				matchingColumns: [],
				schema: [],
			},
		},
		input: PRODUCTS,
		node: 'Runflow',
		top: 'Input Mode',
	},
	{
		name: 'media-download',
		parameters: {
			resource: 'media',
			operation: 'download',
			source: 'batch',
			batchId: '={{ $json.batch_id }}',
		},
		run: 'Start',
		node: 'Runflow',
		binary: 'list',
	},
	{
		name: 'downloaded-pictures',
		parameters: { ...MAKES_PICTURES, downloadFiles: true },
		input: PRODUCTS,
		run: 'Start',
		node: 'Runflow',
		binary: 'view',
	},
	{
		name: 'hint-after-run',
		parameters: MAKES_PICTURES,
		input: PRODUCTS.map((row, index) =>
			index === 1 ? { ...row, prompt: `${row.prompt} [fail]` } : row,
		),
		run: 'Start',
		node: 'Runflow',
	},
	{ name: 'trigger-events', example: CALLBACK_EXAMPLE, node: 'Runflow Trigger', list: 'events' },
	{ name: 'agent-tool', agent: true, run: 'Start' },
	{ name: 'dark', example: 'rows-to-results', run: 'Start', node: 'Run the model', dark: true },
	{ name: 'credential', credential: true },
];
