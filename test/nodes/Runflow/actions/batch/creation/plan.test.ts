import type { IDataObject } from 'n8n-workflow';

import { groupRows } from '../../../../../../nodes/Runflow/actions/batch/creation/group.ts';
import { openMemory } from '../../../../../../nodes/Runflow/actions/batch/creation/memory/memory.ts';
import { takenKeys } from '../../../../../../nodes/Runflow/actions/batch/creation/keys.ts';
import { planBatches } from '../../../../../../nodes/Runflow/actions/batch/creation/plan.ts';
import { readInputMode } from '../../../../../../nodes/Runflow/actions/batch/input/inputFields.ts';
import { readRows } from '../../../../../../nodes/Runflow/actions/batch/input/readRows.ts';
import { createParameters } from '../../../../../fakes/createRun.ts';
import {
	executeContext,
	RESUME_URL,
	type ExecuteSetup,
} from '../../../../../fakes/executeContext.ts';

/** The batches of a run as they would be sent. */
async function plan(setup: Partial<ExecuteSetup> = {}, continueOnFail = false) {
	const context = executeContext({ parameters: createParameters(), continueOnFail, ...setup });
	const { memory, run } = openMemory(context);
	const { rows } = await readRows(
		context,
		[...context.getInputData().keys()],
		readInputMode(context),
	);
	const isArray = readInputMode(context) === 'jsonArray';
	const groups = groupRows(rows, { isArray, callsBack: false, leftOut: [] });
	const { batches, failures } = planBatches(
		context,
		groups,
		{ to: 'nowhere' },
		memory,
		run,
		takenKeys(memory),
	);
	return {
		plans: batches.map(({ body = '', ...batch }) => ({ ...batch, body: JSON.parse(body) })),
		failures,
	};
}

const keys = async (setup: Partial<ExecuteSetup> = {}) =>
	(await plan(setup)).plans.map(({ key }) => key);

describe('planBatches: grouping', () => {
	it('groups rows by model, keeping their order', async () => {
		const models = ['a/x', 'b/y', 'a/x', ' /a/x/ ', 'b/y'];
		const parameters = (item: number) => createParameters({ model: models[item] })(item);
		const { plans } = await plan({ items: 5, parameters });
		expect(plans.map(({ model, items }) => [model, items])).toEqual([
			['a/x', [0, 2, 3]],
			['b/y', [1, 4]],
		]);
		expect(plans[1].body).toEqual({ input: [{ row: 1 }, { row: 4 }] });
	});

	it('cuts each model at 100 rows by itself', async () => {
		const parameters = (item: number) =>
			createParameters({ model: item % 2 ? 'a/odd' : 'a/even' })(item);
		const { plans } = await plan({ items: 202, parameters });
		expect(plans.map(({ model, items }) => [model, items.length])).toEqual([
			['a/even', 100],
			['a/even', 1],
			['a/odd', 100],
			['a/odd', 1],
		]);
	});

	it('makes a batch of each input item in jsonArray', async () => {
		const parameters = (item: number): IDataObject => ({
			...createParameters({ inputMode: 'jsonArray' })(item),
			batchJson: item === 0 ? '[{"a": 1}, {"a": 2}]' : [{ a: 3 }],
		});
		const { plans } = await plan({ items: 2, parameters });
		expect(plans.map(({ body, items, elements }) => [body, items, elements])).toEqual([
			[{ input: [{ a: 1 }, { a: 2 }] }, [0, 0], [0, 1]],
			[{ input: [{ a: 3 }] }, [1], undefined],
		]);
	});

	it('takes the settings of a whole batch from its first item', async () => {
		const parameters = (item: number) =>
			createParameters({ options: { metadata: { first: item } } })(item);
		const { plans } = await plan({ items: 150, parameters });
		expect(plans.map(({ body }) => body.metadata)).toEqual([{ first: 0 }, { first: 100 }]);
	});

	it('records bad items and plans the others when it goes on', async () => {
		const parameters = (item: number) =>
			createParameters({ itemJson: item === 1 ? '[]' : { row: item } })(item);
		const { plans } = await plan({ items: 3, parameters }, true);
		expect(plans.map(({ items }) => items)).toEqual([[0, 2]]);
	});

	it('fails every row of a batch whose settings are bad when it goes on', async () => {
		const parameters = createParameters({ options: { metadata: '[1]' } });
		const { plans, failures } = await plan({ items: 3, parameters }, true);
		expect(plans).toEqual([]);
		expect([...failures.keys()].sort()).toEqual([0, 1, 2]);
	});

	it('throws the failure of the first bad batch when it does not go on', async () => {
		const parameters = (item: number) =>
			createParameters({ model: `a/${item}`, options: { metadata: item === 0 ? {} : '[1]' } })(
				item,
			);
		await expect(plan({ items: 3, parameters })).rejects.toThrow("'Metadata' of item 1");
	});
});

describe('planBatches: the Idempotency-Key', () => {
	it('is the same for the same creation', async () => {
		expect(await keys({ items: 250 })).toEqual(await keys({ items: 250 }));
	});

	it.each<[string, Partial<ExecuteSetup>]>([
		['execution', { resumeUrl: RESUME_URL.replace('token-1', 'token-2') }],
		['workflow', { workflowId: 'workflow-2' }],
		['n8n of the same organization', { instanceId: 'instance-2' }],
		['round of a loop', { runIndex: 1 }],
		['node', { nodeId: 'another-node' }],
		['model', { parameters: createParameters({ model: 'runflow/other' }) }],
	])('is different for another %s', async (_, change) => {
		expect(await keys(change)).toHaveLength(1);
		expect(await keys(change)).not.toEqual(await keys());
	});

	it('is the same for what was corrected, so that Retry of any execution of a chain meets what exists', async () => {
		const corrected = { storedParameters: { itemJson: '={{ corrected }}' } };
		expect(await keys(corrected)).toEqual(await keys());
	});

	it('is the same whatever an expression says, so that Retry pressed twice makes nothing twice', async () => {
		const seeded = (seed: number) => ({
			parameters: createParameters({ itemJson: { seed } }),
			storedParameters: { itemJson: '={{ Math.random() }}' },
		});
		expect(await keys(seeded(1))).toEqual(await keys(seeded(2)));
	});

	it('is that of the execution before in one that n8n made by Retry', async () => {
		const retry = { executionId: '101', resumeUrl: RESUME_URL.replace('/100?', '/101?') };
		expect(await keys(retry)).toEqual(await keys());
	});

	it("is the execution's own where n8n gives it no token", async () => {
		const resumeUrl = 'https://n8n.test/webhook-waiting/100';
		expect(await keys({ resumeUrl, executionId: '101' })).not.toEqual(await keys({ resumeUrl }));
	});

	it('is different for two batches of the same content in one run', async () => {
		const parameters = createParameters({ inputMode: 'jsonArray', batchJson: '[{"a":1}]' });
		const [first, second] = await keys({ items: 2, parameters });
		expect(second).not.toBe(first);
	});

	it("is the user's own as it stands, wherever its item stands", async () => {
		const parameters = (item: number) =>
			createParameters({
				inputMode: 'jsonArray',
				batchJson: [{ a: item }],
				options: { idempotencyKey: `order-${item}` },
			})(item);
		expect(await keys({ items: 3, parameters })).toEqual(['order-0', 'order-1', 'order-2']);
	});

	it("is the user's own where there is one, with -2, -3 and so on where it repeats", async () => {
		const parameters = createParameters({ options: { idempotencyKey: ' order-1 ' } });
		expect(await keys({ items: 250, parameters })).toEqual(['order-1', 'order-1-2', 'order-1-3']);
		expect(await keys({ items: 1, parameters, executionId: '999' })).toEqual(['order-1']);
	});

	it.each(['order-1', 'x'.repeat(200), '!~"quoted"', '0'])('may be %j', async (idempotencyKey) => {
		const parameters = createParameters({ options: { idempotencyKey } });
		expect(await keys({ parameters })).toEqual([idempotencyKey]);
	});

	it.each(['two words', 'line\nbreak', 'schlüssel', 'nul\0', 'x'.repeat(201), '\u007f'])(
		'is refused as %j, which no header can carry',
		async (idempotencyKey) => {
			const parameters = createParameters({ options: { idempotencyKey } });
			await expect(plan({ items: 2, parameters })).rejects.toThrow(
				"'Idempotency Key' of item 0 may have at most 200 letters, digits and signs, and no spaces",
			);
			const { failures } = await plan({ items: 2, parameters }, true);
			expect([...failures.keys()]).toEqual([0, 1]);
		},
	);

	it('is derived where the option is blank', async () => {
		const parameters = createParameters({ options: { idempotencyKey: '  ' } });
		expect(await keys({ parameters })).toEqual(await keys());
	});
});
