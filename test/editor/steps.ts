import type { Locator } from 'playwright-core';

import type { Person } from './person.ts';

/** The action that most people want first, as the node panel words it. */
export const RUN_MODEL = 'Run image or video model on rows and wait for results';

/** Goes to the canvas of a new workflow. */
export async function openEmptyCanvas(person: Person, n8nUrl: string): Promise<void> {
	await person.page.goto(`${n8nUrl}/workflow/new`);
	await person.part('canvas-plus-button').waitFor();
}

/** Opens the node panel from the empty canvas and types into its search. */
export async function searchNodes(person: Person, text: string): Promise<void> {
	await person.click(person.part('canvas-plus-button'));
	await person.part('node-creator-search-bar').waitFor();
	await person.type(text);
}

/** The entries of the node panel. */
export function foundNodes(person: Person): Locator {
	return person.part('node-creator-item-name');
}

/** Opens the node's actions in the node panel, from the empty canvas. */
export async function openActions(person: Person): Promise<void> {
	await searchNodes(person, 'runflow');
	await person.sees(foundNodes(person), /^Runflow$/);
	await person.press('Enter');
	await person.click(person.part('node-creator-category-item').filter({ hasText: 'Actions' }));
}

/** Puts the node with an action onto the empty canvas, which opens it. */
export async function addNode(person: Person, action: string): Promise<void> {
	await openActions(person);
	await person.click(foundNodes(person).filter({ hasText: action }));
	await parameters(person).waitFor();
}

/** The middle of an open node. */
export function parameters(person: Person): Locator {
	return person.part('node-parameters');
}

/** The right side of an open node. */
export function output(person: Person): Locator {
	return person.part('output-panel');
}

/** A parameter's field in an open node or credential. */
export function field(person: Person, name: string): Locator {
	return person.part(`parameter-input-${name}`);
}

/** Chooses a value of a parameter's list in an open node. */
export async function choose(person: Person, name: string, value: string): Promise<void> {
	await chooseFrom(person, field(person, name), value);
}

/** Chooses a value of a list. */
export async function chooseFrom(person: Person, list: Locator, value: string): Promise<void> {
	await person.click(list);
	const options = person.page.locator('[role="option"]:visible');
	await person.click(options.filter({ hasText: new RegExp(`^${value}`) }).first());
}

/** Opens the list of models and searches it. */
export async function openModels(person: Person, search: string): Promise<void> {
	await person.click(person.part('rlc-input'));
	await person.part('rlc-search').waitFor();
	await person.type(search);
	await person
		.part('rlc-item')
		.filter({ hasText: new RegExp(search, 'i') })
		.first()
		.waitFor();
}

/** Chooses the first model of the open list. */
export async function chooseModel(person: Person): Promise<void> {
	await person.click(person.part('rlc-item').first());
}

/** Runs the open node. */
export async function execute(person: Person): Promise<void> {
	await person.click(person.part('node-execute-button'));
}

/** Fills in the open dialog of a credential, from one field to the next by Tab. */
export async function fillInCredential(
	person: Person,
	{ apiKey, baseUrl }: { apiKey: string; baseUrl?: string },
): Promise<void> {
	await person.click(field(person, 'apiKey').locator('input'));
	await person.paste(apiKey);
	if (baseUrl !== undefined) {
		const input = field(person, 'baseUrl').locator('input');
		// As many keys as there are fields and their menus between the two.
		for (let keys = 0; keys < 30 && !(await hasFocus(person, input)); keys++)
			await person.press('Tab');
		await person.paste(baseUrl);
	}
}

/** Saves the open credential. n8n tests it then, and closes the dialog of a new one that works. */
export async function saveCredential(person: Person): Promise<void> {
	await person.click(person.part('credential-save-button'));
}

async function hasFocus({ page }: Person, input: Locator): Promise<boolean> {
	return (await input.and(page.locator(':focus')).count()) > 0;
}

/** The dialog of a credential. */
export function credentialDialog(person: Person): Locator {
	return person.part('editCredential-modal');
}

/** Opens a node that is on the canvas. */
export async function openNode(person: Person, name: string): Promise<void> {
	await person.doubleClick(
		person.page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`),
	);
	await parameters(person).waitFor();
}

/** Makes a model's field an expression and writes it. */
export async function writeExpression(
	person: Person,
	name: string,
	expression: string,
): Promise<void> {
	const menu = person.part(`value["${name}"]-parameter-input-options-container`);
	await person.click(menu.locator('[data-test-id="radio-button-expression"]'));
	await person.click(field(person, name).locator('.cm-content'));
	await person.paste(expression);
}

/** Adds an option to the open node. */
export async function addOption(person: Person, name: string): Promise<void> {
	await person.click(person.part('collection-parameter-add').first());
	await person.click(person.part('collection-parameter-option').filter({ hasText: name }));
}

/** Publishes the open workflow. */
export async function publish(person: Person): Promise<void> {
	await person.click(person.part('workflow-open-publish-modal-button'));
	await person.click(person.part('workflow-publish-button'));
}
