import type { IExecuteFunctions } from 'n8n-workflow';

import type { NodeRun } from '../../../../host/run/nodeRun';
import type { Api } from '../../../../runflow';
import type { InputMode } from '../../input/inputFields';
import { rowKey, type Row } from '../../input/row';
import { resumes, type Callback } from '../callback';
import { groupRows, type LeftOut } from '../group';
import { takenKeys } from '../keys';
import { mayCallBack } from '../loneRows/mostRuns';
import { planRuns, readLoneRows, rowsOfRefused } from '../loneRows/planRuns';
import { runsRowsAlone } from '../loneRows/takesNoBatches';
import { wantedRows, type RememberedBatch, type RunMemory } from '../memory/memory';
import { planBatches, type Planning } from '../plan';
import { sendBatches, TAKES_NO_BATCHES, type Outcomes } from '../send';

/** What the rows become: batches, as far as their models take any, or a run each. */
export type Shape = 'batches' | 'runs';

/** How rows are sent. */
export interface Sending {
	api: Api;
	memory: RunMemory;
	run: NodeRun;
	callback: Callback;
	mode: InputMode;
	shape: Shape;
	/** How often rows are tried, this time included, by their keys; those that are absent for the first time. */
	tries: ReadonlyMap<string, number>;
	/** The rows that cannot be sent this time. */
	leftOut: readonly LeftOut[];
}

/**
 * Plans batches or runs for rows, and sends them together with what is in doubt. The rows of a model
 * that takes no batches go once more, as runs.
 *
 * @returns the items whose batch could not be planned, and what came of those that were sent
 * @throws NodeOperationError for what cannot be planned, unless n8n continues on fail
 */
export async function planAndSend(
	context: IExecuteFunctions,
	rows: Row[],
	sending: Sending,
): Promise<{ failures: Map<number, unknown>; outcomes: Outcomes }> {
	const { api, memory, callback } = sending;
	const planning = planRows(context, rows, sending);
	const inDoubt = memory.batches.filter(({ id }) => id === undefined);
	const rowsAlone = runsRowsAlone(context, callback);
	const sent = await sendBatches(
		context,
		api,
		[...inDoubt, ...planning.batches],
		memory,
		rowsAlone,
	);
	const lone = planLoneRows(context, sent, sending);
	const sentAlone = await sendBatches(context, api, lone.batches, memory, rowsAlone);
	return {
		failures: new Map([...planning.failures, ...lone.failures]),
		outcomes: new Map([...sent, ...sentAlone]),
	};
}

/** Rows that were tried equally often are planned together, and apart from all others. */
function planRows(context: IExecuteFunctions, rows: Row[], sending: Sending): Planning {
	const { memory, run, callback, mode, shape, tries, leftOut } = sending;
	const isTooMany = shape === 'runs' && resumes(callback) && !mayCallBack(context, rows.length);
	const taken = takenKeys(memory);
	const ofRuns: Callback = isTooMany ? { to: 'nowhere' } : callback;
	return together(
		rows,
		(row) => tries.get(rowKey(row)) ?? 1,
		(same) => {
			if (shape === 'runs') {
				const lone = readLoneRows(context, same, ofRuns);
				const { batches, failures } = planRuns(context, lone.rows, memory, run, false, taken);
				return { batches, failures: new Map([...lone.failures, ...failures]) };
			}
			const groups = groupRows(same, {
				isArray: mode === 'jsonArray',
				callsBack: resumes(callback),
				// Rows that are tried again were planned without the others.
				leftOut: tries.has(rowKey(same[0])) ? [] : leftOut,
			});
			return planBatches(context, groups, callback, memory, run, taken);
		},
	);
}

/** Runs for the rows of batches whose models take none; none where a failure has stopped the node. */
function planLoneRows(
	context: IExecuteFunctions,
	sent: Outcomes,
	{ memory, run }: Sending,
): Planning {
	const hasFailed = [...sent.values()].some(({ status }) => status === 'rejected');
	if (hasFailed && !context.continueOnFail()) return { batches: [], failures: new Map() };
	const refused = [...sent].flatMap(([batch, outcome]) =>
		outcome.status === 'fulfilled' && outcome.value === TAKES_NO_BATCHES ? [batch] : [],
	);
	const triesOf = ({ tries = 1 }: RememberedBatch) => tries;
	const taken = takenKeys(memory);
	const rows = refused.flatMap(wantedRows).length;
	const callBack = refused.some(({ callsBack }) => callsBack) && mayCallBack(context, rows);
	return together(refused, triesOf, (same) => {
		const lone = same.flatMap((batch) => rowsOfRefused(batch, callBack));
		return planRuns(context, lone, memory, run, true, taken);
	});
}

/**
 * Plans what was tried equally often together, most often first: in the order in which an execution
 * that was killed has done it, which had nothing else to plan.
 */
function together<T>(
	all: readonly T[],
	triesOf: (each: T) => number,
	plan: (same: T[]) => Planning,
): Planning {
	const groups = [...Map.groupBy(all, triesOf)].sort(([a], [b]) => b - a);
	const plannings = groups.map(([tries, same]): Planning => {
		if (tries === 1) return plan(same);
		const { batches, failures } = plan(same);
		return { batches: batches.map((batch) => ({ ...batch, tries })), failures };
	});
	return {
		batches: plannings.flatMap(({ batches }) => batches),
		failures: new Map(plannings.flatMap(({ failures }) => [...failures])),
	};
}
