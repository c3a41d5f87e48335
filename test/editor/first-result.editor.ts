import type { Browser } from 'playwright-core';

import { startStage, type Stage } from '../stage/stage.ts';
import { signIn, startBrowser } from './browser.ts';
import { Person } from './person.ts';
import {
	addNode,
	chooseModel,
	credentialDialog,
	execute,
	field,
	fillInCredential,
	foundNodes,
	openEmptyCanvas,
	openModels,
	output,
	parameters,
	RUN_MODEL,
	saveCredential,
	searchNodes,
} from './steps.ts';

// Somebody who has never seen the package, in an n8n that knows no credential yet.

const MOST_CLICKS = 10;

let stage: Stage;
let browser: Browser;
let person: Person;

beforeAll(async () => {
	stage = await startStage();
	await stage.n8n.rest('DELETE', `/credentials/${stage.credential.runflowApi.id}`);
	browser = await startBrowser();
	person = new Person(await signIn(browser, stage.n8n));
}, 900_000);
afterAll(async () => {
	await browser?.close();
	await stage?.close();
});
beforeEach(async () => {
	await openEmptyCanvas(person, stage.n8n.url);
	person.clicks = 0;
});

it.each([
	'ai image',
	'ai video',
	'generate image',
	'image generation',
	'text to image',
	'remove background',
	'background removal',
	'upscale',
])('the node panel finds the node by "%s"', async (text) => {
	await searchNodes(person, text);
	await person.sees(foundNodes(person), /^Runflow$/);
});

it('without a credential the list of models asks for one', async () => {
	await addNode(person, RUN_MODEL);
	await person.sees(parameters(person), 'Connect to Runflow');
	await person.click(person.part('rlc-input'));
	await person.sees(person.page.locator('body'), 'Could not load list', 'Add your credential');
});

/** Saves a new credential from the node, and has n8n say more about why it does not work. */
async function saveWrong(values: { apiKey: string; baseUrl: string }): Promise<void> {
	await addNode(person, RUN_MODEL);
	await person.click(person.page.getByText('Connect to Runflow'));
	await fillInCredential(person, values);
	await saveCredential(person);
	await person.sees(credentialDialog(person), 'Couldn’t connect with these settings');
	await person.click(credentialDialog(person).getByText('More details'));
}

/** Removes what was saved, so that the next one is a stranger again. */
async function forgetCredential(): Promise<void> {
	await person.click(person.part('credential-delete-button'));
	await person.click(person.page.getByRole('button', { name: 'Yes, delete' }));
	await credentialDialog(person).waitFor({ state: 'hidden' });
}

it('a wrong API key: the dialog names the field and where to find the key', async () => {
	await saveWrong({ apiKey: 'rf_live_wrong', baseUrl: stage.emulator.url });
	await person.sees(
		credentialDialog(person),
		'Runflow does not accept this API Key',
		'Copy it again from app.runflow.io, under Settings, API Keys.',
	);
	await forgetCredential();
});

it.each([
	['an address without https', 'api.runflow.io', 'ERR_INVALID_URL'],
	['an address where nothing answers', 'http://127.0.0.1:9', 'ECONNREFUSED'],
])(
	'a wrong base URL, %s: the dialog names the field and the right one',
	async (_, baseUrl, code) => {
		await saveWrong({ apiKey: stage.emulator.apiKey, baseUrl });
		await person.sees(
			credentialDialog(person),
			code,
			"This Base URL is not Runflow's own, https://api.runflow.io.",
			'ERR_INVALID_URL, correct it',
		);
		await forgetCredential();
	},
);

it(`the first result takes ${MOST_CLICKS} clicks at the most`, async () => {
	const began = Date.now();
	await addNode(person, RUN_MODEL);
	await person.click(person.page.getByText('Connect to Runflow'));
	await fillInCredential(person, { apiKey: stage.emulator.apiKey, baseUrl: stage.emulator.url });
	await saveCredential(person);
	await credentialDialog(person).waitFor({ state: 'hidden' });
	await openModels(person, 'nano');
	await chooseModel(person);
	await person.click(field(person, 'prompt').locator('input'));
	await person.type('A red bicycle');
	await execute(person);
	await person.sees(output(person), '1 of 1 row succeeded', 'image/png');
	const seconds = ((Date.now() - began) / 1000).toFixed(0);
	console.log(`The first result took ${person.clicks} clicks and ${seconds} s.`);
	expect(person.clicks).toBeLessThanOrEqual(MOST_CLICKS);
	expect(stage.emulator.batches.size).toBe(1);
});
