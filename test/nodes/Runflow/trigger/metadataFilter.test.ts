import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { matchesMetadata } from '../../../../nodes/Runflow/trigger/metadataFilter.ts';
import { callbackBody } from '../../../fakes/callbacks.ts';
import { withoutNetwork } from '../../../fakes/network.ts';
import { receiveCallback } from '../../../fakes/receiveRun.ts';

withoutNetwork();

const metadata = {
	order: 4711,
	shop: 'Böhm & Co',
	test: false,
	empty: '',
	nothing: null,
	list: [1, 'two'],
	deep: { er: { est: 'x' }, 'a.b': 'inner' },
	'a.b': 'whole',
	a: { b: 'nested', c: 'c' },
};

describe('matchesMetadata', () => {
	it.each([
		['order', '4711'],
		[' order ', '4711'],
		['shop', 'Böhm & Co'],
		['test', 'false'],
		['empty', ''],
		['deep.er.est', 'x'],
		['deep.a.b', 'inner'],
		['list.1', 'two'],
		['a.b', 'whole'],
		['a.c', 'c'],
	])('finds %j = %j', (key, value) => {
		expect(matchesMetadata(metadata, [{ key, value }])).toBe(true);
	});

	it.each([
		['order', '471'],
		['order', ' 4711'],
		['Order', '4711'],
		['shop', 'böhm & co'],
		['missing', ''],
		['missing', 'undefined'],
		['nothing', 'null'],
		['nothing', ''],
		['list', '1,two'],
		['deep', '[object Object]'],
		['deep.er', 'x'],
		['deep.missing.est', 'x'],
		['order.length', '4'],
		['shop.length', '9'],
		['', ''],
		['constructor.name', 'Object'],
		['__proto__', '[object Object]'],
		['toString', 'function toString() { [native code] }'],
	])('does not find %j = %j', (key, value) => {
		expect(matchesMetadata(metadata, [{ key, value }])).toBe(false);
	});

	it('needs every condition, and is content with none', () => {
		const [one, two, wrong] = [
			{ key: 'order', value: '4711' },
			{ key: 'test', value: 'false' },
			{ key: 'test', value: 'true' },
		];
		expect(matchesMetadata(metadata, [one, two])).toBe(true);
		expect(matchesMetadata(metadata, [one, wrong])).toBe(false);
		expect(matchesMetadata(metadata, [])).toBe(true);
		expect(matchesMetadata(null, [])).toBe(true);
		expect(matchesMetadata(null, [one])).toBe(false);
	});

	it('finds every scalar by its own key, and throws at nothing', () => {
		const values = fc.oneof(fc.string(), fc.integer(), fc.boolean());
		const keys = fc.string().filter((key) => key === key.trim() && key !== '__proto__');
		fc.assert(
			fc.property(keys, values, fc.jsonValue(), fc.string(), (key, value, other, path) => {
				expect(matchesMetadata({ [key]: value }, [{ key, value: String(value) }])).toBe(true);
				matchesMetadata({ other } as Record<string, unknown>, [
					{ key: `other.${path}`, value: '' },
				]);
			}),
		);
	});
});

describe('Runflow Trigger with a metadata filter', () => {
	let workflows = 0;
	const receive = async (conditions?: IDataObject[]) =>
		await receiveCallback({
			body: callbackBody(),
			parameters: { options: { metadataFilter: { conditions } } },
			workflowId: `workflow-${++workflows}-of-metadata`,
		});

	it('starts for metadata that matches, and for no conditions', async () => {
		for (const conditions of [[{ key: 'order', value: '4711' }], [], undefined]) {
			expect(await receive(conditions)).toMatchObject({ status: 200, started: [{}] });
		}
	});

	it('answers 200 and starts nothing for metadata that does not', async () => {
		expect(await receive([{ key: 'order', value: '1' }])).toMatchObject({
			status: 200,
			answer: { received: true, message: 'The metadata does not match.' },
			started: undefined,
			warnings: [],
			notes: [expect.stringContaining('The metadata does not match.')],
		});
	});

	it('does not take a callback that did not match for the first of its repeats', async () => {
		const setup = { body: callbackBody(), workflowId: 'workflow-repeats-of-metadata' };
		const conditions = [{ key: 'order', value: '1' }];
		await receiveCallback({
			...setup,
			parameters: { options: { metadataFilter: { conditions } } },
		});
		expect((await receiveCallback(setup)).started).toHaveLength(1);
	});
});
