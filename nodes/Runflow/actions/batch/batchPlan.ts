import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { BATCH_LIMITS, idempotencyKey, type BatchRequest } from '../../runflow';
import { inputError, quote } from '../inputError';
import { readJsonObject } from '../jsonField';
import { readBatchItem, readBatchItems, type InputMode } from './batchInput';
import { readModelPath } from './model';
import { RowFiles } from './rowFiles';

/** One batch to create, complete before anything is sent. */
export interface BatchPlan {
	modelPath: string;
	/** The request as JSON text: the same bytes on every try, which the Idempotency-Key needs. */
	body: string;
	idempotencyKey: string;
	/** For every element of the batch's input the input item it comes from; in `jsonArray` all the same. */
	itemIndexes: number[];
}

/** The plans, and the input items that could not become part of one. */
export interface Planning {
	plans: BatchPlan[];
	failures: Map<number, unknown>;
}

/** A row: one input item as a batch item of a model. */
interface Row {
	itemIndex: number;
	modelPath: string;
	batchItem: IDataObject;
}

/**
 * Plans the batches for all input items. Per row: up to 100 rows of one model make a batch, in
 * order. As arrays: each input item makes its own. Settings of the whole batch (metadata, callback,
 * key) are those of its first input item.
 *
 * @param goOn whether a bad input item is recorded as a failure instead of thrown
 * @param callbackUrl the callback URL for a batch whose first input item is given
 * @param files the uploaded files of the rows
 */
export function planBatches(
	context: IExecuteFunctions,
	goOn: boolean,
	callbackUrl: (itemIndex: number) => string | undefined,
	files: RowFiles = new RowFiles(context),
): Planning {
	const failures = new Map<number, unknown>();
	const attempt = <T>(itemIndex: number, read: () => T): T | undefined => {
		try {
			return read();
		} catch (error) {
			failures.set(itemIndex, error);
			return undefined;
		}
	};
	const mode = context.getNodeParameter('inputMode', 0) as InputMode;
	const indexes = context.getInputData().map((_, itemIndex) => itemIndex);
	const groups: Row[][] =
		mode === 'jsonArray'
			? indexes.flatMap((itemIndex) => {
					const rows = attempt(itemIndex, () => {
						const modelPath = readModelPath(context, itemIndex);
						return readBatchItems(context, itemIndex).map((batchItem) => ({
							itemIndex,
							modelPath,
							batchItem,
						}));
					});
					return rows ? [rows] : [];
				})
			: chunksByModel(
					indexes.flatMap((itemIndex) => {
						const row = attempt(itemIndex, () => ({
							itemIndex,
							modelPath: readModelPath(context, itemIndex),
							batchItem: files.place(
								itemIndex,
								readBatchItem(context, itemIndex, mode, files.fields(itemIndex)),
							),
						}));
						return row ? [row] : [];
					}),
				);
	const plans = groups.flatMap((rows, chunk) => {
		const first = rows[0].itemIndex;
		const plan = attempt(first, () => planBatch(context, rows, chunk, callbackUrl(first)));
		if (plan) return [plan];
		for (const { itemIndex } of rows) failures.set(itemIndex, failures.get(first));
		return [];
	});
	const first = [...failures].sort(([a], [b]) => a - b)[0];
	if (first && !goOn) throw first[1];
	return { plans, failures };
}

function chunksByModel(rows: Row[]): Row[][] {
	const byModel = new Map<string, Row[]>();
	for (const row of rows) {
		const rowsOfModel = byModel.get(row.modelPath);
		if (rowsOfModel) rowsOfModel.push(row);
		else byModel.set(row.modelPath, [row]);
	}
	return [...byModel.values()].flatMap((rowsOfModel) =>
		Array.from({ length: Math.ceil(rowsOfModel.length / BATCH_LIMITS.items) }, (_, chunk) =>
			rowsOfModel.slice(chunk * BATCH_LIMITS.items, (chunk + 1) * BATCH_LIMITS.items),
		),
	);
}

function planBatch(
	context: IExecuteFunctions,
	rows: Row[],
	chunk: number,
	callbackUrl: string | undefined,
): BatchPlan {
	const first = rows[0].itemIndex;
	const metadata = readJsonObject(context, first, 'options.metadata', 'Metadata');
	const request: BatchRequest = {
		input: rows.map((row) => row.batchItem),
		...(metadata ? { metadata } : {}),
		...(callbackUrl ? { callback_url: callbackUrl } : {}),
	};
	const { modelPath } = rows[0];
	const body = JSON.stringify(request);
	return {
		modelPath,
		body,
		idempotencyKey: readKey(context, first, chunk) ?? deriveKey(context, chunk, modelPath, body),
		itemIndexes: rows.map((row) => row.itemIndex),
	};
}

function readKey(context: IExecuteFunctions, first: number, chunk: number): string | undefined {
	// An expression that finds nothing gives null, which must not become the key of many executions.
	const key = String(context.getNodeParameter('options.idempotencyKey', first, '') ?? '').trim();
	if (key === '') return undefined;
	if (!/^[\x21-\x7e]{1,200}$/.test(key)) {
		throw inputError(
			context,
			first,
			'Idempotency Key',
			`may have 200 letters, digits and signs without blanks, but is ${quote(key)}`,
			'It travels in an HTTP header. Use e.g. an order number.',
		);
	}
	return chunk === 0 ? key : `${key}-${chunk + 1}`;
}

/**
 * The same for every try of this node run (n8n's Retry On Fail included), different for another
 * execution, node, loop round, chunk or content.
 */
function deriveKey(
	context: IExecuteFunctions,
	chunk: number,
	modelPath: string,
	body: string,
): string {
	return idempotencyKey([
		context.getExecutionId(),
		context.getNode().id,
		String(context.evaluateExpression('{{ $runIndex }}', 0)),
		chunk,
		modelPath,
		body,
	]);
}
