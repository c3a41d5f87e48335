import type { IDataObject } from 'n8n-workflow';

import type { Operation } from './operation.ts';

/** How a row's input is written: the same at each evaluation, or another one at each. */
export type Expressions = 'constant' | 'changing';

/** How a failed run is run again. */
export type Again =
	/** In the same execution, with the very context. */
	| 'Retry On Fail'
	/** In an execution that n8n made of the failed one, with the context as n8n stored it. */
	| "n8n's Retry"
	/** The same, of an execution that was killed: n8n has nothing of the context then. */
	| 'killed, then Retry';

/** One way to run again, over inputs of one kind. */
export interface Rerun {
	again: Again;
	expressions: Expressions;
}

const AGAIN: Again[] = ['Retry On Fail', "n8n's Retry", 'killed, then Retry'];

/** The ways to run an operation again that need a cell each: where one may cost money, every way over every kind. */
export function rerunsOf({ leaves }: Operation): Rerun[][] {
	const over = (expressions: Expressions) => AGAIN.map((again) => ({ again, expressions }));
	if (!leaves?.batches && !leaves?.runs) return [over('constant')];
	return [...over('constant'), ...over('changing')].map((rerun) => [rerun]);
}

/** What n8n gives the node for the run after the first: another execution or the same, and what it kept. */
export function executionOf(again: Again, nodeContext: IDataObject) {
	if (again === 'Retry On Fail') return { nodeContext };
	const stored = JSON.parse(JSON.stringify(nodeContext)) as IDataObject;
	return {
		executionId: '101',
		mode: 'retry',
		nodeContext: again === "n8n's Retry" ? stored : {},
	};
}

let evaluations = 0;

/** The parameters of a node as n8n evaluates them for each item. */
export function evaluated(
	parameters: IDataObject,
	expressions: Expressions,
): IDataObject | ((item: number) => IDataObject) {
	const { itemJson } = parameters;
	if (expressions === 'constant' || itemJson === undefined) return parameters;
	return () => ({ ...parameters, itemJson: { ...(itemJson as IDataObject), seed: evaluations++ } });
}
