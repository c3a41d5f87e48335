import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import type { NodeRun } from '../../../../host/nodeRun';
import { ownRef, withLabel, type BatchRequest, type RunRequest } from '../../../../runflow';
import { readJsonObject } from '../../../fields/jsonField';
import type { Row, RowSource } from '../../input/row';
import { attempted } from '../../../attempted';
import { callbackUrlOf, type Callback } from '../callback';
import { keyOf } from '../creationKey';
import { fingerprint, wantedRows, type RememberedBatch, type RunMemory } from '../memory';
import { OwnKeys } from '../ownKeys';
import type { Planning } from '../plan';

/** A row that is to become a run of its own, with what its request needs beside. */
export interface LoneRow extends RowSource {
	/** How many rows the item's array has, in `jsonArray`. */
	of?: number;
	model: string;
	/** The model's input with an optional `client_ref` beside its fields, as in a batch. */
	input: Record<string, unknown>;
	metadata?: Record<string, unknown>;
	callbackUrl?: string;
}

/** The rows of a batch that Runflow refused because its model takes none. */
export function rowsOfRefused(batch: RememberedBatch): LoneRow[] {
	const { input, metadata, callback_url } = JSON.parse(batch.body ?? '{}') as BatchRequest;
	return wantedRows(batch).map(({ item, element, position }) => ({
		item,
		element,
		...(batch.elements ? { of: batch.items.length } : {}),
		model: batch.model,
		input: input[position],
		metadata,
		// A callback to the node that waits could only tell of a batch.
		callbackUrl: batch.callsBack ? undefined : callback_url,
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
		const attempt = attempted(() => ({
			metadata: readJsonObject(context, item, 'options.metadata', 'Metadata'),
			callbackUrl: callbackUrlOf(context, item, callback, false),
		}));
		if ('value' in attempt) return [{ item, element, model, input, ...attempt.value }];
		if (!context.continueOnFail()) throw attempt.error;
		failures.set(item, attempt.error);
		return [];
	});
	return { rows: lone, failures };
}

/**
 * Plans a run for each row. A person's key stands as it is, but where a batch was refused under it
 * first, it gets `-run` appended: Runflow may remember that refusal.
 *
 * @throws NodeOperationError for the first row that cannot be planned, unless n8n continues on fail
 */
export function planRuns(
	context: IExecuteFunctions,
	rows: readonly LoneRow[],
	memory: RunMemory,
	run: NodeRun,
	isSecondWay: boolean,
): Planning {
	const ownKeys = new OwnKeys(memory.batches.map(({ key }) => key));
	const failures = new Map<number, unknown>();
	const batches = rows.flatMap((row) => {
		const suffix = isSecondWay ? '-run' : '';
		const attempt = attempted(() => ownKeys.take(context, row.item, suffix));
		if ('value' in attempt) return [plan(row, memory, run, attempt.value)];
		if (!context.continueOnFail()) throw attempt.error;
		failures.set(row.item, attempt.error);
		return [];
	});
	return { batches, failures };
}

function plan(
	{ item, element, of, model, input: given, metadata, callbackUrl }: LoneRow,
	memory: RunMemory,
	run: NodeRun,
	ownKey: string | undefined,
): RememberedBatch {
	const { client_ref: clientRef, ...input } = given;
	const label = typeof clientRef === 'string' ? clientRef : undefined;
	const noted = withLabel(metadata, label);
	const content = { input, ...(noted ? { metadata: noted } : {}) };
	const parts = ['run', model, JSON.stringify(content)];
	const key = ownKey ?? keyOf(memory, run, [item, element, ...parts]);
	const body: RunRequest = {
		...content,
		...(callbackUrl === undefined ? {} : { callback_url: callbackUrl }),
		client_ref: ownRef([key, ...(ownKey === undefined ? [] : parts)]),
	};
	return {
		kind: ownKey === undefined ? 'run' : 'runOfOwnKey',
		key,
		model,
		items: [item],
		...(of === undefined ? {} : { elements: [element], of }),
		...(label === undefined ? {} : { label }),
		content: fingerprint({ model, input: given as IDataObject }),
		source: memory.source,
		callsBack: false,
		body: JSON.stringify(body),
	};
}
