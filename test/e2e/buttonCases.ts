import type { INode, INodeParameters } from 'n8n-workflow';

import type { FaultRule } from '../emulator/emulator.ts';
import type { Execution } from '../n8n/index.ts';
import {
	numberedCreation,
	numberedRows,
	outputProblems,
	timesPaid,
	type Expressions,
} from '../stage/numberedRows.ts';
import type { RetryButton } from '../stage/retries.ts';
import type { Stage } from '../stage/stage.ts';
import { manualRows, workflow } from '../stage/workflow.ts';
import type { Cell } from './buttonTable.ts';

export const ROWS = 250;
export const ONCE = new Array<number>(ROWS).fill(1);
export const POST = 'POST /v1/models/*/batches';
export const KINDS: Expressions[] = ['constant', 'changing'];

/** The table as far as its tests have passed, and how many cells it is to have. */
export const table = { cells: [] as Cell[], planned: 0 };

/** Declares a cell of the table; it is in the table once its test has passed. */
export function cell(
	about: Omit<Cell, 'paid' | 'outcome'>,
	test: () => Promise<[string, string]>,
): void {
	table.planned++;
	const { button, fault, operation, expressions } = about;
	it(`${button} after ${fault}, ${operation}, ${expressions}`, async () => {
		const [paid, outcome] = await test();
		table.cells.push({ ...about, paid, outcome });
	});
}

type Fault = Omit<FaultRule, 'on'>;

export const FAULTS: Record<string, Fault> = {
	refused: { kind: 'status', status: 402, code: 'INSUFFICIENT_CREDIT', skip: 1, times: 1 },
	// The client waits as long as it is told to, so that five tries are over at once.
	lost: { kind: 'status', status: 503, work: true, headers: { 'retry-after': '0' }, times: 5 },
	reset: { kind: 'reset-after', times: 5 },
};

export const OPERATIONS: Record<
	string,
	INodeParameters & { operation: 'create' | 'createAndWait' }
> = {
	Create: { operation: 'create', callback: 'none' },
	'Create and Wait, polling': { operation: 'createAndWait', waitFor: 'polling', pollInterval: 0.2 },
	'Create and Wait, callback': { operation: 'createAndWait', waitFor: 'callback' },
};

export const RETRY_ON_FAIL: Partial<INode> = {
	retryOnFail: true,
	maxTries: 2,
	waitBetweenTries: 100,
};
export const RETRIES: Record<string, RetryButton> = {
	'Retry with original workflow': 'original',
	'Retry with saved workflow': 'saved',
};

/** The workflow of a cell. The requests go out one after another, so that it is known which one is refused. */
export function creationOf(
	stage: Stage,
	operation: string,
	expressions: Expressions,
	more: { settings?: Partial<INode>; rows?: object[]; parameters?: INodeParameters } = {},
) {
	const { settings, rows = numberedRows(ROWS), parameters } = more;
	return workflow('Buttons', [
		...manualRows(rows),
		numberedCreation(
			stage,
			expressions,
			{ ...OPERATIONS[operation], requestOptions: { concurrency: 1 }, ...parameters },
			settings,
		),
	]);
}

export function expectAllOnce(
	stage: Stage,
	execution: Execution,
	operation: string,
	earlier: number,
): [string, string] {
	expect(execution.data.resultData.error?.message).toBeUndefined();
	expect(execution.status).toBe('success');
	expect(timesPaid(stage, earlier, ROWS)).toEqual(ONCE);
	expect(stage.emulator.charges.length).toBe(stage.emulator.batches.size);
	expect(outputProblems(stage, execution, OPERATIONS[operation].operation, ROWS)).toEqual([]);
	return [`${ROWS} rows once`, 'all rows'];
}
