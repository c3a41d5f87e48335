import { readFileSync } from 'node:fs';

import type {
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	INodeTypeDescription,
} from 'n8n-workflow';

import { RunflowApi } from '../../credentials/RunflowApi.credentials.ts';
import { resources } from '../../nodes/Runflow/actions/router.ts';
import { Runflow } from '../../nodes/Runflow/Runflow.node.ts';
import { RunflowTrigger } from '../../nodes/Runflow/RunflowTrigger.node.ts';

// Workflows save the names of node types, fields and the values of lists. They never change and never
// go away once they are released; saved-names.txt has a line for each.

const TABLE = 'test/guard/saved-names.txt';
const known = readFileSync(TABLE, 'utf8').trim().split('\n');

/** A field with what it offers: its options by a dot, the values of a list by an equals sign. */
function namesOf(field: INodeProperties, before: string): string[] {
	const name = `${before} ${field.name}`.replace('. ', '.');
	const modes = (field.modes ?? []).map((mode) => `${name} mode ${mode.name}`);
	const options = (field.options ?? []).flatMap((option) => {
		if ('type' in option) return namesOf(option, `${name}.`);
		const { values } = option as INodePropertyCollection;
		if (values) return values.flatMap((value) => namesOf(value, `${name}.${option.name}.`));
		return [`${name} = ${String((option as INodePropertyOptions).value)}`];
	});
	return field.type === 'notice' ? [] : [name, ...modes, ...options];
}

/** Whether a field can show for a choice, by the conditions on the names that the choice holds. */
function canShow({ displayOptions }: INodeProperties, choice: Record<string, string>): boolean {
	const { show = {}, hide = {} } = displayOptions ?? {};
	return Object.entries(choice).every(
		([name, value]) =>
			(show[name] as unknown[] | undefined)?.includes(value) !== false &&
			(hide[name] as unknown[] | undefined)?.includes(value) !== true,
	);
}

function valuesOf({ properties }: INodeTypeDescription, name: string, choice = {}): string[] {
	return properties
		.filter((field) => field.name === name && canShow(field, choice))
		.flatMap(({ options = [] }) => options.map((option) => (option as { value: string }).value));
}

function namesOfAction(description: INodeTypeDescription): string[] {
	return valuesOf(description, 'resource').flatMap((resource) =>
		valuesOf(description, 'operation', { resource }).flatMap((operation) => [
			`runflow ${resource} ${operation}`,
			...description.properties
				.filter(({ name }) => name !== 'resource' && name !== 'operation')
				.filter((field) => canShow(field, { resource, operation }))
				.flatMap((field) => namesOf(field, `runflow ${resource} ${operation}`)),
		]),
	);
}

const { description: action } = new Runflow();
const { description: trigger } = new RunflowTrigger();
const credential = new RunflowApi();
const present = [
	...new Set([
		...namesOfAction(action),
		...trigger.properties.flatMap((field) => namesOf(field, trigger.name)),
		...credential.properties.flatMap((field) => namesOf(field, credential.name)),
	]),
].sort();

describe('the names that workflows save', () => {
	it('are all still there', () => {
		expect(known.filter((name) => !present.includes(name))).toEqual([]);
	});

	it(`are all in ${TABLE}: add new lines to it, in order`, () => {
		expect(present).toEqual(known);
	});

	it('have code behind every operation that the lists offer, and behind no other', () => {
		const offered = valuesOf(action, 'resource').flatMap((resource) =>
			valuesOf(action, 'operation', { resource }).map((operation) => `${resource} ${operation}`),
		);
		const built = Object.entries(resources).flatMap(([resource, operations]) =>
			Object.keys(operations).map((operation) => `${resource} ${operation}`),
		);
		expect(built.sort()).toEqual(offered.sort());
	});
});
