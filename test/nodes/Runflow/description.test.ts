import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type {
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	INodeTypeDescription,
} from 'n8n-workflow';

import { batchOperations } from '../../../nodes/Runflow/actions/batch/batch.resource.ts';
import { callbackDeliveryOperations } from '../../../nodes/Runflow/actions/callbackDelivery/callbackDelivery.resource.ts';
import { accountOperations } from '../../../nodes/Runflow/actions/account/account.resource.ts';
import { runOperations } from '../../../nodes/Runflow/actions/run/run.resource.ts';
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

/** Names of the fields that an operation shows, options of collections after a dot. */
function namesOf(resource: string, operation: string): string[] {
	return action.properties
		.filter(({ displayOptions }) => {
			const show = displayOptions?.show;
			return show?.resource?.includes(resource) && show?.operation?.includes(operation);
		})
		.flatMap(({ name, type, options }) => [
			name,
			...(type === 'collection'
				? (options ?? []).map((option) => `${name}.${(option as INodeProperties).name}`)
				: []),
		])
		.sort();
}

describe('the names that are saved in workflows: Runflow', () => {
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

	it('has its resources and operations', () => {
		expect(values(fields(action, 'resource')[0])).toEqual(
			expect.arrayContaining(['batch', 'callbackDelivery']),
		);
		expect(values(fields(action, 'operation', 'batch')[0])).toEqual(
			expect.arrayContaining(['create', 'get']),
		);
		expect(values(fields(action, 'operation', 'callbackDelivery')[0])).toEqual([
			'getAll',
			'redeliver',
		]);
	});

	it.each([
		['batch', batchOperations],
		['callbackDelivery', callbackDeliveryOperations],
		['run', runOperations],
		['account', accountOperations],
	])('has code for every operation of %s in the list, and no other', (resource, operations) => {
		expect(values(fields(action, 'operation', resource)[0]).sort()).toEqual(
			Object.keys(operations).sort(),
		);
	});

	it.each([
		[
			'batch',
			'create',
			[
				'batchJson',
				'callback',
				'callbackUrl',
				'inputMode',
				'itemJson',
				'model',
				'options',
				'options.clientRef',
				'options.idempotencyKey',
				'options.metadata',
			],
		],
		['batch', 'create', ['options.noBatches', 'options.mostRows', 'options.keepAtLeast']],
		['run', 'create', ['callback', 'callbackUrl', 'inputMode', 'model', 'options.clientRef']],
		['run', 'createAndWait', ['timeout', 'pollInterval', 'onTimeout', 'onFailedItems']],
		['run', 'get', ['runId', 'simplify']],
		['run', 'getAll', ['filters.clientRef', 'limit', 'returnAll', 'simplify']],
		['batch', 'get', ['batchId', 'simplify']],
		['callbackDelivery', 'getAll', ['batchId', 'limit', 'returnAll']],
		['callbackDelivery', 'redeliver', ['batchId', 'onConflict']],
	])('has the fields of %s: %s', (resource, operation, names) => {
		expect(namesOf(resource, operation)).toEqual(expect.arrayContaining(names));
	});

	it.each(['createAndWait', 'wait'])('waits in %s as its version does', (operation) => {
		const byVersion = (version: number) =>
			fields(action, 'waitFor', 'batch', operation).find(({ displayOptions }) =>
				(displayOptions?.show?.['@version'] as number[] | undefined)?.includes(version),
			);
		expect([byVersion(1)?.default, byVersion(2)?.default]).toEqual(['callback', 'automatic']);
		for (const version of [1, 2]) {
			expect(values(byVersion(version))).toEqual(['automatic', 'callback', 'polling']);
		}
	});

	it('has the values of its lists', () => {
		const list = (name: string, operation: string, resource = 'batch') =>
			values(fields(action, name, resource, operation)[0]);
		expect(list('inputMode', 'create')).toEqual(
			expect.arrayContaining(['jsonPerItem', 'jsonArray']),
		);
		expect(list('inputMode', 'create', 'run')).toEqual(['mapFields', 'jsonPerItem']);
		expect(list('callback', 'create', 'run')).toEqual(['none', 'url']);
		expect(list('callback', 'create')).toEqual(expect.arrayContaining(['none', 'url']));
		expect(list('onConflict', 'redeliver', 'callbackDelivery')).toEqual(['error', 'ignore']);
		const [model] = fields(action, 'model', 'batch', 'create');
		expect(model.type).toBe('resourceLocator');
		expect(model.modes?.map(({ name }) => name)).toContain('id');
	});

	it('shows the fields of a choice with that choice only', () => {
		const shownBy = (name: string, by: string) =>
			fields(action, name, 'batch', 'create')[0].displayOptions?.show?.[by];
		expect(shownBy('itemJson', 'inputMode')).toEqual(['jsonPerItem']);
		expect(shownBy('batchJson', 'inputMode')).toEqual(['jsonArray']);
		expect(shownBy('callbackUrl', 'callback')).toEqual(['url']);
	});
});

describe('the names that are saved in workflows: Runflow Trigger', () => {
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

	it('has its fields and the values of its lists', () => {
		expect(values(fields(trigger, 'events')[0]).sort()).toEqual([
			'batch.cancelled',
			'batch.failed',
			'batch.partial_succeeded',
			'batch.succeeded',
			'run.cancelled',
			'run.completed',
			'run.failed',
			'run.partial_succeeded',
		]);
		expect(values(fields(trigger, 'authenticity')[0])).toEqual(['signature', 'api']);
		expect(values(fields(trigger, 'output')[0])).toEqual(['batch', 'items']);
		const [options] = fields(trigger, 'options');
		expect(options.options?.map(({ name }) => name)).toContain('ignoreRepeats');
	});

	it('verifies signatures of all events unless told otherwise', () => {
		expect(fields(trigger, 'authenticity')[0].default).toBe('signature');
		expect(fields(trigger, 'output')[0].default).toBe('batch');
		// What saved workflows start from: runs are off there.
		expect(fields(trigger, 'events')[0].default).toEqual([
			'batch.succeeded',
			'batch.failed',
			'batch.cancelled',
			'batch.partial_succeeded',
		]);
	});
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
