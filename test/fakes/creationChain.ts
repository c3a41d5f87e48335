import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Emulator, FaultRule } from '../emulator/emulator.ts';
import { Run, type Try } from './executionChain.ts';
import { RESUME_URL } from './waitingContext.ts';

/** Three batches in a run: two full ones and half of a third. */
export const ROWS = 250;
export const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

export type Input = (item: number) => IDataObject;

let evaluations = 0;
export const constant: Input = (item) => ({ row: item });
/** Another value at each evaluation, as `{{ $now }}` and a random seed are. */
export const changing: Input = (item) => ({ row: item, seed: evaluations++ });

/** One execution or more of Batch > Create over 250 rows, unless the base or a try says otherwise. */
export function creationRun(emulator: Emulator, base: Try = {}): Run {
	const usual: Try = {
		of: () => ({ operation: 'create', onFailedItems: undefined, requestOptions: undefined }),
		input: constant,
		items: ROWS,
		resumeUrl: RESUME_URL,
	};
	return new Run(emulator, { ...usual, ...base });
}

/** How often each row is paid for when all is well. */
export const ONCE = upTo(ROWS).map(() => 1);

/** The second creation is refused for lack of credit. */
export const refusal: FaultRule = {
	on: /^POST \/v1\/models\//,
	kind: 'status',
	status: 402,
	code: 'INSUFFICIENT_CREDIT',
	skip: 1,
	times: 1,
};

/** Every answer to a creation is lost, and the batch is made. */
export const lostAnswers: FaultRule = {
	on: /^POST \/v1\/models\//,
	kind: 'reset-after',
	times: 5,
};

/** The items that the output is linked to, in order. */
export const links = (items: INodeExecutionData[]) =>
	items
		.flatMap(({ pairedItem }) => [pairedItem].flat().map((link) => (link as { item: number }).item))
		.sort((a, b) => a - b);

/** How often each of the rows was paid for, by its number. */
export function paymentsOfAll(emulator: Emulator): number[] {
	const rows = [...emulator.batches.values()].flatMap(({ items }) =>
		items.map(({ input }) => Number((input as IDataObject).row)),
	);
	return upTo(ROWS).map((row) => rows.filter((paid) => paid === row).length);
}
