import { join } from 'node:path';
import type { Browser, Locator } from 'playwright-core';

import { signIn } from '../editor/browser.ts';
import { Person } from '../editor/person.ts';
import {
	chooseModel,
	credentialDialog,
	execute,
	field,
	fillInCredential,
	foundNodes,
	openActions,
	openEmptyCanvas,
	openModels,
	output,
	parameters,
	RUN_MODEL,
	saveCredential,
} from '../editor/steps.ts';
import type { Stage } from '../stage/stage.ts';
import { rest } from './editor.ts';

/** The pictures of README's first workflow, one for each of its steps. */
export const FIRST_WORKFLOW = [
	'first-1-add',
	'first-2-connect',
	'first-3-model',
	'first-4-fields',
	'first-5-result',
] as const;

/** Builds README's first workflow by hand, and takes a picture after each step. */
export async function takeFirstWorkflow(
	stage: Stage,
	browser: Browser,
	folder: string,
): Promise<void> {
	const { n8n, emulator } = stage;
	const person = new Person(await signIn(browser, n8n));
	const { page } = person;
	let step = 0;
	const take = async (what: Locator): Promise<void> => {
		const name = FIRST_WORKFLOW[step++];
		await what.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
		console.log(`docs/images/${name}.png`);
	};

	await openEmptyCanvas(person, n8n.url);
	await openActions(person);
	const action = foundNodes(person).filter({ hasText: RUN_MODEL });
	await action.scrollIntoViewIfNeeded();
	await rest(page);
	await take(person.part('node-creator'));
	await person.click(action);
	await person.click(page.getByText('Connect to Runflow'));
	await fillInCredential(person, { apiKey: emulator.apiKey });
	// As it looks with Runflow itself: the emulator's address is written afterwards.
	await take(credentialDialog(person));
	await fillInCredential(person, { apiKey: emulator.apiKey, baseUrl: emulator.url });
	await saveCredential(person);
	await credentialDialog(person).waitFor({ state: 'hidden' });
	await rest(page);
	await openModels(person, 'nano');
	await take(parameters(person));
	await chooseModel(person);
	await person.click(field(person, 'prompt').locator('input'));
	await person.type('A red bicycle in front of a white wall');
	await rest(page);
	await take(parameters(person));
	await execute(person);
	await person.sees(output(person), '1 of 1 row succeeded');
	await rest(page);
	await take(output(person));
	await page.context().close();
}
