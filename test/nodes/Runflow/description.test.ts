import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type {
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	INodeTypeDescription,
} from 'n8n-workflow';

import { Runflow } from '../../../nodes/Runflow/Runflow.node.ts';
import { RunflowTrigger } from '../../../nodes/Runflow/RunflowTrigger.node.ts';

const { description: action } = new Runflow();
const { description: trigger } = new RunflowTrigger();
const FOLDER = join('nodes', 'Runflow');

/** All fields of a name, optionally those of one operation. */
function fields(
	description: INodeTypeDescription,
	name: string,
	resource?: string,
	operation = '',
) {
	return description.properties.filter(({ name: own, displayOptions }) => {
		const show = displayOptions?.show;
		return (
			own === name &&
			(!resource || show?.resource?.includes(resource)) &&
			(!operation || show?.operation?.includes(operation))
		);
	});
}

function values(field: INodeProperties | undefined): unknown[] {
	return (field?.options ?? []).map((option) => (option as INodePropertyOptions).value);
}

/** Every field at every depth. */
function allFields(properties: INodeProperties[]): INodeProperties[] {
	return properties.flatMap((property) => {
		const children = (property.options ?? []).flatMap((option) => {
			if ('type' in option) return [option];
			return (option as INodePropertyCollection).values ?? [];
		});
		return [property, ...allFields(children)];
	});
}

/** Whether the second field is never shown where the first one is. */
function exclude(one: INodeProperties, other: INodeProperties): boolean {
	const { show = {}, hide = {} } = other.displayOptions ?? {};
	return Object.entries(one.displayOptions?.show ?? {}).some(([key, values]) => {
		const shown = show[key] as unknown[] | undefined;
		const hidden = hide[key] as unknown[] | undefined;
		return (
			(shown && !values!.some((value) => shown.includes(value))) ||
			(hidden && values!.every((value) => hidden.includes(value)))
		);
	});
}

describe('Runflow', () => {
	it('has its type name, version and credential', () => {
		expect([action.name, action.displayName, action.version]).toEqual([
			'runflow',
			'Runflow',
			[1, 2],
		]);
		expect(action.defaultVersion).toBe(2);
		expect(action.credentials).toEqual([{ name: 'runflowApi', required: true }]);
		expect(action.usableAsTool).toBe(true);
	});

	it('shows If Model Takes No Batches with what a node of each version does without it', () => {
		const collection = fields(action, 'options', 'batch', 'createAndWait')[0].options ?? [];
		const options = (collection as INodeProperties[]).filter(({ name }) => name === 'noBatches');
		expect(
			options.map((option) => [option.displayOptions?.show?.['@version'], option.default]),
		).toEqual([
			[[2], 'eachRow'],
			[[1], 'fail'],
		]);
	});

	it('shows the fields of a choice with that choice only', () => {
		const shownBy = (name: string, by: string) =>
			fields(action, name, 'batch', 'create')[0].displayOptions?.show?.[by];
		expect(shownBy('itemJson', 'inputMode')).toEqual(['jsonPerItem']);
		expect(shownBy('batchJson', 'inputMode')).toEqual(['jsonArray']);
		expect(shownBy('callbackUrl', 'callback')).toEqual(['url']);
	});
});

it('says of runs how many wait by callback, and speaks of no batch or row', () => {
	const waits = fields(action, 'waitFor', 'run', 'createAndWait');
	expect(waits).not.toHaveLength(0);
	const texts = JSON.stringify(waits);
	expect(texts).toContain('at most 20 items');
	expect(texts).not.toMatch(/\bbatch|\brows\b/);
});

it('takes the batch of the item that comes in, wherever it asks for one', () => {
	const asked = fields(action, 'batchId');
	expect(asked.length).toBeGreaterThan(5);
	for (const field of asked) expect(field.default).toBe('={{ $json.batch_id }}');
});

describe('Runflow Trigger', () => {
	it('has its type name, version, credential and webhook', () => {
		expect([trigger.name, trigger.displayName, trigger.version]).toEqual([
			'runflowTrigger',
			'Runflow Trigger',
			[1, 2],
		]);
		expect(trigger.defaultVersion).toBe(2);
		expect(trigger.credentials).toEqual([{ name: 'runflowApi', required: true }]);
		expect(trigger.webhooks).toMatchObject([
			{ name: 'default', httpMethod: 'POST', path: 'runflow', responseMode: 'onReceived' },
		]);
	});

	it('verifies signatures of all events unless told otherwise', () => {
		expect(fields(trigger, 'authenticity')[0].default).toBe('signature');
		expect(fields(trigger, 'output')[0].default).toBe('batch');
		expect(fields(trigger, 'events')[0].default).toHaveLength(4);
	});
});

describe('what n8n shows of both nodes', () => {
	it('has one description, since the node panel shows the one of either', () => {
		expect(trigger.description).toBe(action.description);
	});

	it('lists any outcome first among the trigger events, each with an action of its own', () => {
		const events = fields(trigger, 'events')[0].options as INodePropertyOptions[];
		expect(events[0]).toMatchObject({ value: '*', action: expect.stringContaining('any outcome') });
		expect(new Set(events.map(({ action: title }) => title)).size).toBe(9);
	});

	it.each(['ai image', 'ai video', 'generate image', 'upscale', 'remove background'])(
		'finds the node by "%s"',
		(wanted) => {
			const codex = JSON.parse(readFileSync(join(FOLDER, 'Runflow.node.json'), 'utf8'));
			expect(codex.alias.map((alias: string) => alias.toLowerCase())).toContain(wanted);
		},
	);
});

describe.each([
	['Runflow', action],
	['RunflowTrigger', trigger],
])('the description of %s', (file, description) => {
	const every = allFields(description.properties);

	it('has a default in every list that is one of its values', () => {
		const lists = every.filter(({ type }) => type === 'options' || type === 'multiOptions');
		expect(lists.length).toBeGreaterThan(0);
		for (const list of lists) {
			for (const chosen of [list.default].flat()) expect(values(list)).toContain(chosen);
		}
	});

	it('names no value twice in a list, and explains every value or names an action', () => {
		for (const list of every.filter(({ type }) => type === 'options')) {
			expect(new Set(values(list)).size).toBe(values(list).length);
		}
		const operations = every.filter(({ name }) => name === 'operation');
		for (const option of operations.flatMap(({ options }) => options ?? [])) {
			expect(option).toHaveProperty('action', expect.stringMatching(/\w/));
		}
	});

	it('shows no two fields of one name at the same time', () => {
		const clashes = description.properties.flatMap((one, index) =>
			description.properties
				.slice(index + 1)
				.filter((other) => other.name === one.name)
				.filter((other) => !exclude(one, other) && !exclude(other, one))
				.map(({ name }) => [name, one.displayOptions]),
		);
		expect(clashes).toEqual([]);
	});

	it('has icons for light and dark that exist', () => {
		const icons = description.icon as { light: string; dark: string };
		for (const icon of [icons.light, icons.dark]) {
			expect(existsSync(join(FOLDER, icon.replace('file:', '')))).toBe(true);
		}
	});

	it('has a codex file that names the node', () => {
		const codex = JSON.parse(readFileSync(join(FOLDER, `${file}.node.json`), 'utf8'));
		expect(codex.node).toBe(`n8n-nodes-runflow.${description.name}`);
		expect(codex.categories.length).toBeGreaterThan(0);
	});
});
