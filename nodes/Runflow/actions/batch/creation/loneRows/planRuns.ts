import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { NodeRun } from '../../../../host/run/nodeRun';
import { ownRef, withLabel, type BatchRequest, type RunRequest } from '../../../../runflow';
import { readJsonObject } from '../../../fields/jsonField';
import type { Row, RowSource } from '../../input/row';
import { attempted } from '../../../attempted';
import { callbackUrlOf, resumes, type Callback } from '../callback';
import { keyOf, type Key } from '../keys';
import { fingerprint, wantedRows, type RememberedBatch, type RunMemory } from '../memory/memory';
import type { Planning } from '../plan';

/** A row that is to become a run of its own, with what its request needs beside. */
export interface LoneRow extends RowSource {
	model: string;
	/** The model's input with an optional `client_ref` beside its fields, as in a batch. */
	input: Record<string, unknown>;
	metadata?: Record<string, unknown>;
	callbackUrl?: string;
	/** Whether that is the address of the execution that waits. */
	callsBack: boolean;
}

/**
 * The rows of a batch that Runflow refused because its model takes none.
 *
 * @param callBack whether their runs may call the execution that waits
 */
export function rowsOfRefused(batch: RememberedBatch, callBack: boolean): LoneRow[] {
	const { input, metadata, callback_url } = JSON.parse(batch.body ?? '{}') as BatchRequest;
	return wantedRows(batch).map(({ item, element, position }) => ({
		item,
		element,
		model: batch.model,
		input: input[position],
		metadata,
		callbackUrl: batch.callsBack && !callBack ? undefined : callback_url,
		callsBack: batch.callsBack && callBack,
	}));
}

/**
 * Reads what the request of each row's run needs beside its input.
 *
 * @throws NodeOperationError for the first row that lacks something, unless n8n continues on fail
 */
export function readLoneRows(
	context: IExecuteFunctions,
	rows: readonly Row[],
	callback: Callback,
): { rows: LoneRow[]; failures: Map<number, unknown> } {
	const failures = new Map<number, unknown>();
	const lone = rows.flatMap(({ item, element, model, input }): LoneRow[] => {
		const attempt = attempted(() => {
			const callbackUrl = callbackUrlOf(context, item, callback, false);
			const metadata = readJsonObject(context, item, 'options.metadata', 'Metadata');
			return { metadata, callbackUrl, callsBack: resumes(callback) };
		});
		if ('value' in attempt) return [{ item, element, model, input, ...attempt.value }];
		if (!context.continueOnFail()) throw attempt.error;
		failures.set(item, attempt.error);
		return [];
	});
	return { rows: lone, failures };
}

/** Put behind a person's key where a batch was refused under it: Runflow may remember that refusal. */
const SECOND_WAY = '-run';

/**
 * Plans a run for each row.
 *
 * @param isSecondWay whether a batch with the rows was refused first
 * @param taken keys that others have; those of the new ones are added
 * @throws NodeOperationError for the first row that cannot be planned, unless n8n continues on fail
 */
export function planRuns(
	context: IExecuteFunctions,
	rows: readonly LoneRow[],
	memory: RunMemory,
	run: NodeRun,
	isSecondWay: boolean,
	taken: Set<string>,
): Planning {
	const suffix = isSecondWay ? SECOND_WAY : '';
	const failures = new Map<number, unknown>();
	const batches = rows.flatMap((row) => {
		const place = ['run', row.item, row.element, row.model];
		const attempt = attempted(() => keyOf(context, row.item, taken, memory, run, place, suffix));
		if ('value' in attempt) return [plan(row, memory, attempt.value)];
		if (!context.continueOnFail()) throw attempt.error;
		failures.set(row.item, attempt.error);
		return [];
	});
	return { batches, failures };
}

/** The request of a run for another key: with it goes the reference by which the run is found again. */
export function bodyUnder(batch: RememberedBatch, key: Key): string {
	return bodyOf({ ...batch, ...key }, JSON.parse(batch.body ?? '{}') as RunRequest);
}

function plan(
	{ item, element, model, input: given, metadata, callbackUrl, callsBack }: LoneRow,
	memory: RunMemory,
	key: Key,
): RememberedBatch {
	const { client_ref: clientRef, ...input } = given;
	const label = typeof clientRef === 'string' ? clientRef : undefined;
	const noted = withLabel(metadata, label);
	return {
		isRun: true,
		...(label === undefined ? {} : { label }),
		...key,
		model,
		items: [item],
		...(element > 0 ? { elements: [element] } : {}),
		content: fingerprint({ model, input: given as IDataObject }),
		source: memory.source,
		callsBack,
		body: bodyOf(
			{ ...key, model },
			{
				input,
				...(noted ? { metadata: noted } : {}),
				...(callbackUrl === undefined ? {} : { callback_url: callbackUrl }),
			},
		),
	};
}

/**
 * The request as JSON text. Its reference says what the run is the same one by: under a key of the
 * node's own the key, whatever is in the row by then; under a person's key, which another execution
 * may have used for something else, the content as well.
 */
function bodyOf(
	{ key, ownKey, model }: Key & Pick<RememberedBatch, 'model'>,
	request: Omit<RunRequest, 'client_ref'>,
): string {
	const { input, metadata } = request;
	const content = ownKey === undefined ? [] : [model, JSON.stringify({ input, metadata })];
	return JSON.stringify({ ...request, client_ref: ownRef([key, ...content]) });
}
