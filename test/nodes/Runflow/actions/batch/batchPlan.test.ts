import type { IDataObject } from 'n8n-workflow';

import { planBatches } from '../../../../../nodes/Runflow/actions/batch/batchPlan.ts';
import { createParameters } from '../../../../fakes/createRun.ts';
import { executeContext, type ExecuteSetup } from '../../../../fakes/executeContext.ts';

const noCallback = () => undefined;

function plan(setup: Partial<ExecuteSetup> = {}, goOn = false) {
	const context = executeContext({ parameters: createParameters(), ...setup });
	return planBatches(context, goOn, noCallback);
}

const keys = (setup: Partial<ExecuteSetup> = {}) =>
	plan(setup).plans.map(({ idempotencyKey }) => idempotencyKey);

describe('planBatches: grouping', () => {
	it('groups rows by model, keeping their order', () => {
		const models = ['a/x', 'b/y', 'a/x', ' /a/x/ ', 'b/y'];
		const parameters = (item: number) => createParameters({ model: models[item] })(item);
		const { plans } = plan({ items: 5, parameters });
		expect(plans.map(({ modelPath, itemIndexes }) => [modelPath, itemIndexes])).toEqual([
			['a/x', [0, 2, 3]],
			['b/y', [1, 4]],
		]);
		expect(JSON.parse(plans[1].body)).toEqual({ input: [{ row: 1 }, { row: 4 }] });
	});

	it('cuts each model at 100 rows by itself', () => {
		const parameters = (item: number) =>
			createParameters({ model: item % 2 ? 'a/odd' : 'a/even' })(item);
		const { plans } = plan({ items: 202, parameters });
		expect(plans.map(({ modelPath, itemIndexes }) => [modelPath, itemIndexes.length])).toEqual([
			['a/even', 100],
			['a/even', 1],
			['a/odd', 100],
			['a/odd', 1],
		]);
	});

	it('makes a batch of each input item in jsonArray', () => {
		const parameters = (item: number): IDataObject => ({
			...createParameters({ inputMode: 'jsonArray' })(item),
			batchJson: item === 0 ? '[{"a": 1}, {"a": 2}]' : [{ a: 3 }],
		});
		const { plans } = plan({ items: 2, parameters });
		expect(
			plans.map(({ body, itemIndexes }) => [JSON.parse(body), [...new Set(itemIndexes)]]),
		).toEqual([
			[{ input: [{ a: 1 }, { a: 2 }] }, [0]],
			[{ input: [{ a: 3 }] }, [1]],
		]);
	});

	it('takes the settings of a whole batch from its first item', () => {
		const parameters = (item: number) =>
			createParameters({ options: { metadata: { first: item } } })(item);
		const { plans } = plan({ items: 150, parameters });
		expect(plans.map(({ body }) => JSON.parse(body).metadata)).toEqual([
			{ first: 0 },
			{ first: 100 },
		]);
	});

	it('records bad items and plans the others when it goes on', () => {
		const parameters = (item: number) =>
			createParameters({ itemJson: item === 1 ? '[]' : { row: item } })(item);
		const { plans, failures } = plan({ items: 3, parameters }, true);
		expect(plans.map(({ itemIndexes }) => itemIndexes)).toEqual([[0, 2]]);
		expect([...failures.keys()]).toEqual([1]);
	});

	it('fails every row of a batch whose settings are bad when it goes on', () => {
		const parameters = createParameters({ options: { metadata: '[1]' } });
		const { plans, failures } = plan({ items: 3, parameters }, true);
		expect(plans).toEqual([]);
		expect([...failures.keys()].sort()).toEqual([0, 1, 2]);
	});

	it('throws the failure of the first bad item when it does not go on', () => {
		const parameters = (item: number) =>
			createParameters({ itemJson: item === 0 ? { row: 0 } : 'broken' })(item);
		expect(() => plan({ items: 3, parameters })).toThrow("'Item JSON' of item 1");
	});
});

describe('planBatches: the Idempotency-Key', () => {
	it('is the same on another try of the same node run', () => {
		expect(keys({ items: 250 })).toEqual(keys({ items: 250 }));
	});

	it.each<[string, Partial<ExecuteSetup>]>([
		['execution', { executionId: '101' }],
		['round of a loop', { runIndex: 1 }],
		['node', { nodeId: 'another-node' }],
		['content', { items: 2 }],
		['model', { parameters: createParameters({ model: 'runflow/other' }) }],
		['metadata', { parameters: createParameters({ options: { metadata: '{"a":1}' } }) }],
	])('is different for another %s', (_, change) => {
		expect(keys(change)).toHaveLength(1);
		expect(keys(change)).not.toEqual(keys());
	});

	it('is different for two batches of the same content in one run', () => {
		const parameters = createParameters({ inputMode: 'jsonArray', batchJson: '[{"a":1}]' });
		const [first, second] = keys({ items: 2, parameters });
		expect(second).not.toBe(first);
	});

	it("is the user's own where there is one, with -2, -3 and so on for further batches", () => {
		const parameters = createParameters({ options: { idempotencyKey: ' order-1 ' } });
		expect(keys({ items: 250, parameters })).toEqual(['order-1', 'order-1-2', 'order-1-3']);
		expect(keys({ items: 1, parameters, executionId: '999' })).toEqual(['order-1']);
	});

	it.each(['order-1', 'x'.repeat(200), '!~"quoted"', '0'])('may be %j', (idempotencyKey) => {
		const parameters = createParameters({ options: { idempotencyKey } });
		expect(keys({ parameters })).toEqual([idempotencyKey]);
	});

	it.each(['two words', 'line\nbreak', 'schlüssel', 'nul\0', 'x'.repeat(201), '\u007f'])(
		'is refused as %j, which no header can carry',
		(idempotencyKey) => {
			const parameters = createParameters({ options: { idempotencyKey } });
			expect(() => plan({ items: 2, parameters })).toThrow(
				"'Idempotency Key' of item 0 may have 200 letters, digits and signs without blanks",
			);
			expect([...plan({ items: 2, parameters }, true).failures.keys()]).toEqual([0, 1]);
		},
	);

	it('is derived where the option is blank', () => {
		expect(keys({ parameters: createParameters({ options: { idempotencyKey: '  ' } }) })).toEqual(
			keys(),
		);
	});
});
