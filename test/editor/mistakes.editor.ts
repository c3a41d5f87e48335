import type { Browser } from 'playwright-core';

import { startStage, type Stage } from '../stage/stage.ts';
import { signIn, startBrowser } from './browser.ts';
import { PRODUCTS, showWorkflow, type Setting } from './canvas.ts';
import { Person } from './person.ts';
import {
	addOption,
	choose,
	chooseFrom,
	execute,
	field,
	openNode,
	output,
	publish,
	writeExpression,
} from './steps.ts';

// What people are likeliest to get wrong in the node itself. The workflow around it is put in place; the
// mistake is made by hand, and what counts is what the screen then says: the field, the row, what to do.

let stage: Stage;
let browser: Browser;
let person: Person;

beforeAll(async () => {
	stage = await startStage();
	browser = await startBrowser();
	person = new Person(await signIn(browser, stage.n8n));
}, 900_000);
afterAll(async () => {
	await browser?.close();
	await stage?.close();
});

const openWorkflow = async (setting: Setting) => await showWorkflow(stage, person, setting);

const model = (value: string, name = value) => ({
	model: { __rl: true, mode: 'list', value, cachedResultName: name },
});
const NANO = model('google/nano-banana-pro', 'Nano Banana Pro (google/nano-banana-pro)');
/** Makes a mistake that must not be paid for. */
async function unpaid(mistake: () => Promise<void>): Promise<void> {
	const { batches, runs } = stage.emulator;
	const before = [batches.size, runs.size];
	await mistake();
	expect([batches.size, runs.size]).toEqual(before);
}

describe('the screen says what to do about', () => {
	it('no model', async () => {
		await openWorkflow({});
		await openNode(person, 'Runflow');
		await execute(person);
		await person.sees(person.messages, 'Workflow execution cannot start', '"Model" is required');
	});

	it('a required field that is empty', async () => {
		await openWorkflow({ parameters: { ...NANO } });
		await openNode(person, 'Runflow');
		await field(person, 'prompt').waitFor();
		await execute(person);
		await person.sees(person.messages, 'Workflow execution cannot start', '"prompt" is required');
	});

	it('a required field that is empty in one row', async () => {
		const rows = PRODUCTS.map((row, index) => (index === 1 ? { ...row, prompt: '' } : row));
		await openWorkflow({ parameters: { ...NANO }, rows });
		await openNode(person, 'Runflow');
		await writeExpression(person, 'prompt', '{{ $json.prompt }}');
		await unpaid(async () => {
			await execute(person);
			await person.sees(
				output(person),
				"'Prompt' of item 1 is empty",
				"Fill in the model's required fields (prompt)",
			);
		});
	});

	it('a value of the wrong type in one row', async () => {
		const rows = PRODUCTS.map((row, index) => (index === 2 ? { ...row, count: 'many' } : row));
		await openWorkflow({ parameters: { ...NANO }, rows });
		await openNode(person, 'Runflow');
		await writeExpression(person, 'prompt', '{{ $json.prompt }}');
		await writeExpression(person, 'num_images', '{{ $json.count }}');
		await unpaid(async () => {
			await execute(person);
			await person.sees(
				output(person),
				`'Num images' of item 2 must be a whole number, but is "many"`,
				"Correct the value of the model's field num_images",
			);
		});
	});

	it('an address that is none in one row', async () => {
		const rows = PRODUCTS.map((row, index) => (index === 1 ? { ...row, photo: 'chair.png' } : row));
		await openWorkflow({ parameters: { ...NANO }, rows });
		await openNode(person, 'Runflow');
		await writeExpression(person, 'prompt', '{{ $json.prompt }}');
		await writeExpression(person, 'image_urls', '{{ $json.photo }}');
		await unpaid(async () => {
			await execute(person);
			await person.sees(
				output(person),
				"'Image urls' of item 1",
				'must be a link to a file, e.g. https://example.com/photo.png, but is "chair.png"',
			);
		});
	});

	it('columns that the model has no field for', async () => {
		await openWorkflow({ parameters: { ...NANO } });
		await openNode(person, 'Runflow');
		await field(person, 'prompt').waitFor();
		await chooseFrom(person, person.part('mapping-mode-select'), 'Map Automatically');
		await execute(person);
		await person.sees(
			output(person),
			'3 of 3 rows succeeded',
			'Not used, because the model has no such fields: product, photo, count',
		);
	});

	it('JSON that is none', async () => {
		await openWorkflow({ parameters: { ...NANO } });
		await openNode(person, 'Runflow');
		await choose(person, 'inputMode', 'JSON per Item');
		await person.click(field(person, 'itemJson').locator('.cm-content'));
		await person.paste('{ "prompt": "a red bicycle" ');
		await unpaid(async () => {
			await execute(person);
			await person.sees(
				output(person),
				"'Item JSON' of items 0 to 2 is not valid JSON",
				'Check quotes, commas and brackets',
			);
		});
	});

	it('a model that takes no batches, where something waits for the batch', async () => {
		await openWorkflow({
			parameters: {
				operation: 'create',
				...model('acme/provider-only'),
				inputMode: 'jsonPerItem',
				itemJson: '={{ { prompt: $json.prompt } }}',
			},
		});
		await openNode(person, 'Runflow');
		await choose(person, 'callback', 'Resume This Execution');
		await unpaid(async () => {
			await execute(person);
			await person.sees(output(person), 'acme/provider-only', "'Callback' to None or URL");
		});
	});

	it('a test URL as the callback URL', async () => {
		await openWorkflow({
			parameters: {
				operation: 'create',
				...NANO,
				inputMode: 'jsonPerItem',
				itemJson: '={{ { prompt: $json.prompt } }}',
			},
		});
		await openNode(person, 'Runflow');
		await choose(person, 'callback', 'URL');
		await person.click(field(person, 'callbackUrl').locator('input'));
		await person.paste(`${stage.n8n.url}/webhook-test/none/runflow`);
		await execute(person);
		await person.sees(
			output(person),
			"'Callback URL' is a test URL. It works only while the editor listens",
			'use the production URL',
		);
	});

	it('a callback to an address that exists on this machine only', async () => {
		await openWorkflow({
			parameters: {
				...NANO,
				inputMode: 'jsonPerItem',
				itemJson: '={{ { prompt: $json.prompt } }}',
			},
			credential: { baseUrl: 'https://api.runflow.io' },
		});
		await openNode(person, 'Runflow');
		await choose(person, 'waitFor', 'Callback');
		await execute(person);
		await person.sees(
			output(person),
			/Runflow cannot call back to 127\.0\.0\.1:\d+: that address exists on this machine only/,
			"Set N8N_WEBHOOK_URL to this n8n's public address",
			"set 'Wait For' to Automatic or Polling",
		);
	});

	it('more rows than are allowed', async () => {
		await openWorkflow({
			parameters: {
				...NANO,
				inputMode: 'jsonPerItem',
				itemJson: '={{ { prompt: $json.prompt } }}',
			},
		});
		await openNode(person, 'Runflow');
		await addOption(person, 'Most Rows');
		await person.click(field(person, 'mostRows').locator('input'));
		await person.paste('2');
		await unpaid(async () => {
			await execute(person);
			await person.sees(
				output(person),
				"'Most Rows' allows 2 rows, but there are 3",
				"Send fewer items, or raise 'Most Rows'. Nothing was sent.",
			);
		});
	});

	it('a trigger whose credential has no Callback Secret', async () => {
		await openWorkflow({ type: 'runflowTrigger', credential: { callbackSecret: '' } });
		await publish(person);
		await person.sees(
			person.messages,
			'Workflow could not be published',
			'Runflow Trigger needs a Callback Secret',
			"Paste your organization's signing secret (whsec_…) into 'Callback Secret' of the Runflow API credential",
		);
	});
});
