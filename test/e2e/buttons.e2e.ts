import type { INode } from 'n8n-workflow';

import { VERSION_VARIABLE } from '../n8n/pinned.mjs';
import { numberedRows, outputProblems, timesPaid } from '../stage/numberedRows.ts';
import { retryExecution } from '../stage/retries.ts';
import { run } from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import {
	cell,
	creationOf,
	expectAllOnce,
	FAULTS,
	KINDS,
	ONCE,
	OPERATIONS,
	POST,
	RETRIES,
	RETRY_ON_FAIL,
	ROWS,
	table,
} from './buttonCases.ts';
import { writeButtonTable } from './buttonTable.ts';
import { describeKilled } from './killedButtons.ts';

const FAILING = [3, 120];

let stage: Stage;

beforeAll(async () => {
	stage = await startStage();
}, 900_000);
afterAll(async () => {
	try {
		// The table is of the usual n8n.
		if (table.cells.length === table.planned && !process.env[VERSION_VARIABLE]) {
			const { versionCli } = await stage.n8n.rest<{ versionCli: string }>('GET', '/settings');
			writeButtonTable(table.cells, versionCli);
		}
	} finally {
		await stage?.close();
	}
}, 60_000);
afterEach(() => {
	stage.emulator.faults.clear();
	stage.emulator.release();
});

describe('Retry On Fail', () => {
	for (const fault of ['refused', 'lost']) {
		for (const operation of Object.keys(OPERATIONS)) {
			for (const expressions of KINDS) {
				const about = { button: 'Retry On Fail', fault, operation, expressions };
				cell(about, async () => {
					const earlier = stage.emulator.batches.size;
					stage.emulator.faults.add({ on: POST, ...FAULTS[fault] });
					const file = creationOf(stage, operation, expressions, { settings: RETRY_ON_FAIL });
					return expectAllOnce(stage, await run(stage, file), operation, earlier);
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
					const failed = await run(stage, creationOf(stage, operation, expressions));
					expect(failed.status).toBe('error');
					const again = await retryExecution(stage, failed, RETRIES[button]);
					return expectAllOnce(stage, again, operation, earlier);
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
		const failed = await run(stage, creationOf(stage, operation, 'changing'), 90_000);
		const again = await retryExecution(stage, failed, 'original');
		return expectAllOnce(stage, again, operation, earlier);
	});
});

describe('a corrected workflow', () => {
	for (const expressions of KINDS) {
		const operation = 'Create and Wait, callback';
		const button = 'Retry with saved workflow, one row of the refused batch corrected';
		cell({ button, fault: 'refused', operation, expressions }, async () => {
			const earlier = stage.emulator.batches.size;
			stage.emulator.faults.add({ on: POST, ...FAULTS.refused });
			const file = creationOf(stage, operation, expressions);
			const failed = await run(stage, file);
			await correct(failed.workflowId, file, (old) =>
				old.replace(
					'$json',
					'$json.row === 120 ? Object.assign({}, $json, { fixed: true }) : $json',
				),
			);
			const again = await retryExecution(stage, failed, 'saved');
			// A changing expression makes other content of every row, and here it is the workflow that changed.
			if (expressions === 'constant') return expectAllOnce(stage, again, operation, earlier);
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
				const file = creationOf(stage, operation, expressions, {
					settings,
					rows: failing,
					parameters,
				});
				const execution = await run(stage, file);
				expect(execution.data.resultData.error?.message).toMatch(/2 of 250 rows failed/);
				expect(timesPaid(stage, earlier, ROWS)).toEqual(ONCE);
				return [`${ROWS} rows once`, 'the error, which names the failed rows'];
			});

			cell({ button: 'Retry with original workflow', ...about }, async () => {
				const earlier = stage.emulator.batches.size;
				const file = creationOf(stage, operation, expressions, { rows: failing, parameters });
				const failed = await run(stage, file);
				const again = await retryExecution(stage, failed, 'original');
				expect(again.data.resultData.error?.message).toMatch(/2 of 250 rows failed/);
				expect(timesPaid(stage, earlier, ROWS)).toEqual(FAILED_TWICE);
				return ['the failed rows run again, the others once', 'the error of the new try'];
			});

			cell({ button: 'Retry with saved workflow, corrected', ...about }, async () => {
				const earlier = stage.emulator.batches.size;
				const file = creationOf(stage, operation, 'constant', { rows: failing, parameters });
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

describeKilled(() => stage);
