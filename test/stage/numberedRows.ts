import type { IDataObject, INode, INodeParameters } from 'n8n-workflow';

import { itemsOf, type Execution } from '../n8n/index.ts';
import { createAndWait } from './runs.ts';
import type { Stage } from './stage.ts';

/** How a row's input is written: the same at each evaluation, or another one at each. */
export type Expressions = 'constant' | 'changing';

/** Rows that are told apart by their number. */
export function numberedRows(count: number, more: (row: number) => object = () => ({})): object[] {
	return Array.from({ length: count }, (_, row) => ({
		row,
		client_ref: `row-${row}`,
		...more(row),
	}));
}

/** A Runflow node that creates batches of numbered rows, by a model that takes any input. */
export function numberedCreation(
	stage: Stage,
	expressions: Expressions,
	parameters: INodeParameters,
	settings: Partial<INode> = {},
): INode {
	const changes = expressions === 'changing';
	const { options, ...rest } = parameters;
	return createAndWait(
		stage,
		{
			model: { __rl: true, mode: 'id', value: 'acme/undeclared' },
			itemJson: changes
				? '={{ Object.assign({}, $json, { seed: Math.random() }) }}'
				: '={{ $json }}',
			options: {
				...(changes ? { metadata: '={{ JSON.stringify({ at: $now.toMillis() }) }}' } : {}),
				...(options as IDataObject as INodeParameters),
			},
			...rest,
		},
		settings,
	);
}

/** How often each row was sent to be worked on since so many batches. */
export function timesPaid({ emulator }: Stage, earlier: number, count: number): number[] {
	const times = new Array<number>(count).fill(0);
	for (const { items } of [...emulator.batches.values()].slice(earlier)) {
		for (const { input } of items) times[Number(input.row)] += 1;
	}
	return times;
}

/** What is wrong with what came out for so many rows: each has to come out once, with its own result. */
export function outputProblems(
	{ emulator }: Stage,
	execution: Execution,
	operation: 'create' | 'createAndWait',
	count: number,
): string[] {
	const items = itemsOf(execution, 'Runflow');
	const linked = items.map(({ json, pairedItem }) => ({
		json,
		rows: [pairedItem].flat().map((link) => (link as { item: number }).item),
	}));
	const seen = linked.flatMap(({ rows }) => rows).toSorted((a, b) => a - b);
	const rowsOf = (batchId: unknown) =>
		emulator.batches.get(String(batchId))?.items.map(({ input }) => Number(input.row)) ?? [];
	return [
		...(seen.length === count && seen.every((row, index) => row === index)
			? []
			: [`${seen.length} of ${count} rows came out`]),
		...linked.flatMap(({ json, rows: [row, ...others] }) => {
			if (operation === 'create') {
				const own = rowsOf(json.id);
				return [row, ...others]
					.filter((each) => !own.includes(each))
					.map((each) => `row ${each} is linked to a batch without it`);
			}
			const own = rowsOf(json.batch_id)[Number(json.sequence_index)];
			return [
				...(own === row && json.client_ref === `row-${row}`
					? []
					: [`row ${row} has another one's result`]),
				...(json.status_code === 'succeeded' ? [] : [`row ${row} ${String(json.status_code)}`]),
			];
		}),
	];
}
