import { randomUUID } from 'node:crypto';
import type { INode, INodeParameters } from 'n8n-workflow';

import type { FaultRule } from '../emulator/emulator.ts';
import type { Execution } from '../n8n/index.ts';
import { compareVersions, pinnedN8n, VERSION_VARIABLE } from '../n8n/pinned.mjs';
import {
	numberedCreation,
	numberedRows,
	outputProblems,
	timesPaid,
	type Expressions,
} from '../stage/numberedRows.ts';
import { retryExecution, type RetryButton } from '../stage/retries.ts';
import { run, start } from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { manualRows, node, workflow } from '../stage/workflow.ts';
import { writeButtonTable, type Cell } from './buttonTable.ts';

const ROWS = 250;
const ONCE = new Array<number>(ROWS).fill(1);
const POST = 'POST /v1/models/*/batches';
const FAILING = [3, 120];

/**
 * Older ones hand nothing on by which an execution knows whose Retry it is. Where nothing is
 * remembered either, since n8n was killed, Retry is an execution like any other.
 */
const knowsRetried = compareVersions(pinnedN8n().n8n, '2.14.0') >= 0;

let stage: Stage;
const cells: Cell[] = [];
let planned = 0;

beforeAll(async () => {
	stage = await startStage();
}, 900_000);
afterAll(async () => {
	try {
		// The table is of the usual n8n.
		if (cells.length === planned && !process.env[VERSION_VARIABLE]) {
			const { versionCli } = await stage.n8n.rest<{ versionCli: string }>('GET', '/settings');
			writeButtonTable(cells, versionCli);
		}
	} finally {
		await stage?.close();
	}
}, 60_000);
afterEach(() => {
	stage.emulator.faults.clear();
	stage.emulator.release();
});

/** Declares a cell of the table; it is in the table once its test has passed. */
function cell(about: Omit<Cell, 'paid' | 'outcome'>, test: () => Promise<[string, string]>): void {
	planned++;
	const { button, fault, operation, expressions } = about;
	it(`${button} after ${fault}, ${operation}, ${expressions}`, async () => {
		const [paid, outcome] = await test();
		cells.push({ ...about, paid, outcome });
	});
}

type Fault = Omit<FaultRule, 'on'>;

const FAULTS: Record<string, Fault> = {
	refused: { kind: 'status', status: 402, code: 'INSUFFICIENT_CREDIT', skip: 1, times: 1 },
	// The client waits as long as it is told to, so that five tries are over at once.
	lost: { kind: 'status', status: 503, work: true, headers: { 'retry-after': '0' }, times: 5 },
	reset: { kind: 'reset-after', times: 5 },
};

const OPERATIONS: Record<string, INodeParameters & { operation: 'create' | 'createAndWait' }> = {
	Create: { operation: 'create', callback: 'none' },
	'Create and Wait, polling': { operation: 'createAndWait', waitFor: 'polling', pollInterval: 0.2 },
	'Create and Wait, callback': { operation: 'createAndWait', waitFor: 'callback' },
};

const RETRY_ON_FAIL: Partial<INode> = { retryOnFail: true, maxTries: 2, waitBetweenTries: 100 };
const RETRIES: Record<string, RetryButton> = {
	'Retry with original workflow': 'original',
	'Retry with saved workflow': 'saved',
};

/** The workflow of a cell. The requests go out one after another, so that it is known which one is refused. */
function creationOf(
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

function expectAllOnce(execution: Execution, operation: string, earlier: number): [string, string] {
	expect(execution.data.resultData.error?.message).toBeUndefined();
	expect(execution.status).toBe('success');
	expect(timesPaid(stage, earlier, ROWS)).toEqual(ONCE);
	expect(stage.emulator.charges.length).toBe(stage.emulator.batches.size);
	expect(outputProblems(stage, execution, OPERATIONS[operation].operation, ROWS)).toEqual([]);
	return [`${ROWS} rows once`, 'all rows'];
}

const KINDS: Expressions[] = ['constant', 'changing'];

describe('Retry On Fail', () => {
	for (const fault of ['refused', 'lost']) {
		for (const operation of Object.keys(OPERATIONS)) {
			for (const expressions of KINDS) {
				const about = { button: 'Retry On Fail', fault, operation, expressions };
				cell(about, async () => {
					const earlier = stage.emulator.batches.size;
					stage.emulator.faults.add({ on: POST, ...FAULTS[fault] });
					const file = creationOf(operation, expressions, { settings: RETRY_ON_FAIL });
					return expectAllOnce(await run(stage, file), operation, earlier);
				});
			}
		}
	}
});

describe.each(Object.keys(RETRIES))('%s', (button) => {
	for (const fault of ['refused', 'lost']) {
		for (const operation of Object.keys(OPERATIONS)) {
			for (const expressions of KINDS) {
				cell({ button, fault, operation, expressions }, async () => {
					const earlier = stage.emulator.batches.size;
					stage.emulator.faults.add({ on: POST, ...FAULTS[fault] });
					const failed = await run(stage, creationOf(operation, expressions));
					expect(failed.status).toBe('error');
					const again = await retryExecution(stage, failed, RETRIES[button]);
					return expectAllOnce(again, operation, earlier);
				});
			}
		}
	}
});

describe('connections that break off', () => {
	const operation = 'Create and Wait, polling';
	const about = { fault: 'reset', operation, expressions: 'changing' };

	cell({ button: 'Retry with original workflow', ...about }, async () => {
		const earlier = stage.emulator.batches.size;
		stage.emulator.faults.add({ on: POST, ...FAULTS.reset });
		const failed = await run(stage, creationOf(operation, 'changing'), 90_000);
		const again = await retryExecution(stage, failed, 'original');
		return expectAllOnce(again, operation, earlier);
	});
});

describe('a corrected workflow', () => {
	for (const expressions of KINDS) {
		const operation = 'Create and Wait, callback';
		const button = 'Retry with saved workflow, one row of the refused batch corrected';
		cell({ button, fault: 'refused', operation, expressions }, async () => {
			const earlier = stage.emulator.batches.size;
			stage.emulator.faults.add({ on: POST, ...FAULTS.refused });
			const file = creationOf(operation, expressions);
			const failed = await run(stage, file);
			await correct(failed.workflowId, file, (old) =>
				old.replace(
					'$json',
					'$json.row === 120 ? Object.assign({}, $json, { fixed: true }) : $json',
				),
			);
			const again = await retryExecution(stage, failed, 'saved');
			// A changing expression makes other content of every row, and here it is the workflow that changed.
			if (expressions === 'constant') return expectAllOnce(again, operation, earlier);
			expect(again.status).toBe('success');
			const paid = timesPaid(stage, earlier, ROWS);
			expect(paid.slice(100)).toEqual(ONCE.slice(100));
			expect(outputProblems(stage, again, 'createAndWait', ROWS)).toEqual([]);
			return ['the batch made before again, since its content is new', 'all rows'];
		});
	}
});

/** Saves the workflow with another expression for the rows. */
async function correct(
	workflowId: string,
	{ nodes }: { nodes: INode[] },
	change: (expression: string) => string,
): Promise<void> {
	await stage.n8n.updateWorkflow(workflowId, {
		nodes: nodes.map((each) =>
			each.name === 'Runflow'
				? {
						...each,
						parameters: { ...each.parameters, itemJson: change(String(each.parameters.itemJson)) },
					}
				: each,
		),
	});
}

describe('rows that the model failed on', () => {
	const failing = numberedRows(ROWS, (row) => (FAILING.includes(row) ? { prompt: '[fail]' } : {}));
	const FAILED_TWICE = ONCE.map((_, row) => (FAILING.includes(row) ? 2 : 1));
	const parameters = { onFailedItems: 'error' };

	for (const operation of Object.keys(OPERATIONS).slice(1)) {
		for (const expressions of KINDS) {
			const about = { fault: 'failed rows', operation, expressions };

			cell({ button: 'Retry On Fail', ...about }, async () => {
				const earlier = stage.emulator.batches.size;
				const settings = RETRY_ON_FAIL;
				const file = creationOf(operation, expressions, { settings, rows: failing, parameters });
				const execution = await run(stage, file);
				expect(execution.data.resultData.error?.message).toMatch(/2 of 250 rows failed/);
				expect(timesPaid(stage, earlier, ROWS)).toEqual(ONCE);
				return [`${ROWS} rows once`, 'the error, which names the failed rows'];
			});

			cell({ button: 'Retry with original workflow', ...about }, async () => {
				const earlier = stage.emulator.batches.size;
				const file = creationOf(operation, expressions, { rows: failing, parameters });
				const failed = await run(stage, file);
				const again = await retryExecution(stage, failed, 'original');
				expect(again.data.resultData.error?.message).toMatch(/2 of 250 rows failed/);
				expect(timesPaid(stage, earlier, ROWS)).toEqual(FAILED_TWICE);
				return ['the failed rows run again, the others once', 'the error of the new try'];
			});

			cell({ button: 'Retry with saved workflow, corrected', ...about }, async () => {
				const earlier = stage.emulator.batches.size;
				const file = creationOf(operation, 'constant', { rows: failing, parameters });
				const failed = await run(stage, file);
				await correct(failed.workflowId, file, () => {
					const healed = "$json.prompt ? { prompt: 'healed' } : {}";
					return expressions === 'constant'
						? `={{ Object.assign({}, $json, ${healed}) }}`
						: `={{ Object.assign({}, $json, ${healed}, $json.prompt ? { seed: Math.random() } : {}) }}`;
				});
				const again = await retryExecution(stage, failed, 'saved');
				expect(again.status).toBe('success');
				expect(timesPaid(stage, earlier, ROWS)).toEqual(FAILED_TWICE);
				expect(outputProblems(stage, again, 'createAndWait', ROWS)).toEqual([]);
				return ['the corrected rows run again, the others once', 'all rows'];
			});
		}
	}
});

describe('a killed n8n', () => {
	for (const expressions of KINDS) {
		const operation = 'Create and Wait, callback';
		const button = 'n8n killed while parked, and started again';
		cell({ button, fault: 'a callback that found nobody', operation, expressions }, async () => {
			const { emulator, n8n } = stage;
			const earlier = emulator.batches.size;
			emulator.holdBatches();
			const { executionId } = await start(stage, creationOf(operation, expressions));
			await n8n.waitForExecution({ id: executionId, status: 'waiting' });
			await n8n.kill('SIGKILL');
			emulator.release();
			await emulator.settled();
			await n8n.restart();
			for (const { id } of [...emulator.batches.values()].slice(earlier)) {
				await fetch(`${emulator.url}/v1/batches/${id}/callback-redeliveries`, {
					method: 'POST',
					headers: { authorization: `Bearer ${emulator.apiKey}` },
				});
			}
			const execution = await n8n.waitForExecution({ id: executionId });
			return expectAllOnce(execution, operation, earlier);
		});
	}

	const killed: Array<[string, Expressions, boolean]> = [
		['Create', 'constant', true],
		['Create', 'changing', false],
		['Create and Wait, polling', 'constant', true],
		['Create and Wait, polling', 'changing', false],
		['Create and Wait, callback', 'constant', false],
		['Create and Wait, callback', 'changing', false],
	];
	const executions = new Map<string, { failed: Execution; earlier: number }>();
	const keyOf = (operation: string, expressions: string) => `${operation}, ${expressions}`;

	/** Publishes a workflow and starts it, as in production: n8n stores such an execution at its start. */
	async function startPublished(operation: string, expressions: Expressions): Promise<string> {
		const path = randomUUID();
		const file = creationOf(operation, expressions, { rows: numberedRows(100) });
		const [, table, ...rest] = file.nodes;
		const hook = node(
			'Start',
			'webhook',
			{ path, httpMethod: 'POST', options: {} },
			{ typeVersion: 2, webhookId: path },
		);
		const { id } = await stage.n8n.createWorkflow(workflow(path, [hook, table, ...rest]));
		expect(await stage.n8n.activate(id)).toBeUndefined();
		expect((await fetch(`${stage.n8n.url}/webhook/${path}`, { method: 'POST' })).ok).toBe(true);
		return id;
	}

	(knowsRetried ? it : it.skip)('is killed while it creates', async () => {
		const { emulator, n8n } = stage;
		const workflows: string[] = [];
		emulator.faults.add({ on: POST, kind: 'slow-headers', ms: 60_000, times: killed.length });
		for (const [operation, expressions] of killed) {
			const earlier = emulator.batches.size;
			workflows.push(await startPublished(operation, expressions));
			while (emulator.batches.size === earlier) await new Promise((done) => setTimeout(done, 20));
		}
		const first = emulator.batches.size - killed.length;
		await n8n.kill('SIGKILL');
		emulator.faults.clear();
		await n8n.restart();
		for (const [index, [operation, expressions]] of killed.entries()) {
			const failed = await n8n.waitForExecution({ workflowId: workflows[index] });
			executions.set(keyOf(operation, expressions), { failed, earlier: first + index });
		}
	});

	for (const [operation, expressions, comesBack] of knowsRetried ? killed : []) {
		const button = 'n8n killed while it creates, then Retry, and Retry again';
		cell({ button, fault: 'nothing remembered', operation, expressions }, async () => {
			const { failed } = executions.get(keyOf(operation, expressions))!;
			const batches = stage.emulator.batches.size;
			const again = await retryExecution(stage, failed, 'original');
			if (comesBack) {
				expect(again.data.resultData.error?.message).toBeUndefined();
				const { operation: name } = OPERATIONS[operation];
				expect(outputProblems(stage, again, name, 100)).toEqual([]);
			} else {
				expect(again.data.resultData.error?.message).toMatch(/Idempotency Key already/);
				const third = await retryExecution(stage, again, 'original');
				expect(third.data.resultData.error?.message).toMatch(/Idempotency Key already/);
			}
			expect(stage.emulator.batches.size).toBe(batches);
			return ['100 rows once', comesBack ? 'all rows' : 'an error that says what happened'];
		});
	}
});
