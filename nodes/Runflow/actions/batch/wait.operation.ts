import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';

import { toNodeError } from '../../host/errors/nodeError';
import { markExecution } from '../../host/run/executionMarks';
import { isTool } from '../../host/run/nodeRun';
import { acceptRunAgain, wasCalledBack } from '../../host/run/parkedRun';
import { readListedRows, type Api } from '../../runflow';
import { mapConcurrently } from '../concurrency';
import { failedItem } from '../failedItem';
import { batchId } from '../fields/batchId';
import { readConcurrency } from '../fields/requestOptions';
import { fieldsFor, type InputOperation } from '../operation';
import { inputIndex, keepAwaiting, keptAwaiting } from './parking/awaiting';
import { readNamedBatches, type NamedBatch } from './parking/namedBatches';
import { waitForBatches, type Waited } from './parking/waitForBatches';
import { readWaitSettings, waitFields, type WaitSettings } from './parking/waitSettings';
import { downloadFilesFields, withDownloadedFiles } from './results/downloadFiles';
import { batchForAgents, handOversForAgents, rowsForAgents } from './results/forAgents';
import { handOver } from './results/handOver';
import { includedFieldsFields, withInputFields } from './results/includedFields';
import { hintAtOutcome } from './results/outcomeHint';
import { assertNoFailedRows, rowItems } from './results/rowItems';

/** Batch > Wait: waits for batches that exist, and returns them or their rows. */
export const wait: InputOperation = {
	fields: fieldsFor(
		'batch',
		['wait'],
		[
			batchId.field,
			...waitFields,
			{
				displayName: 'Output',
				name: 'output',
				type: 'options',
				default: 'items',
				description: 'What comes out of the node',
				options: [
					{
						name: 'One Item per Batch Item',
						value: 'items',
						description: 'One item for each row of the batch, with its output or error',
					},
					{
						name: 'One Item per Batch',
						value: 'batch',
						description: 'The batch as Get returns it',
					},
				],
			},
			...onlyWithRows([...downloadFilesFields, ...includedFieldsFields]),
		],
	),

	async executeInput(api) {
		const settings = readWaitSettings(this);
		const runsAgain = !isTool(this) && keptAwaiting(this) !== undefined;
		if (runsAgain) acceptRunAgain(this);
		const resumed = runsAgain && wasCalledBack(this);
		const { named, failed } = await readNamedBatches(this, api, settings, resumed);
		const awaited = named.map(({ id, items: [first], callsBack }) => ({
			id,
			itemIndexes: [first],
			callsBack,
		}));
		markExecution(
			this,
			'runflowBatches',
			named.map(({ id }) => id),
		);
		if (!isTool(this)) keepAwaiting(this, { batches: awaited, failed });
		const outcome = await waitForBatches(this, api, awaited, settings, { resumed, areNew: false })
			.then(async (waited) =>
				waited.ended === 'parked' ? waited : await output(this, api, named, waited, settings),
			)
			.catch((error: unknown) => {
				if (!this.continueOnFail()) throw toNodeError(this.getNode(), error, 0);
				return named.flatMap(({ items }) => items.map((item) => failedItem(this, error, item)));
			});
		if ('ended' in outcome) return outcome.input;
		const items = [...outcome, ...failed].sort((a, b) => inputIndex(a) - inputIndex(b));
		return this.getNodeParameter('output', 0, 'items') === 'batch'
			? items
			: withInputFields(this, items);
	},
};

function onlyWithRows(fields: INodeProperties[]): INodeProperties[] {
	return fields.map((field) => ({
		...field,
		displayOptions: {
			...field.displayOptions,
			show: { ...field.displayOptions?.show, output: ['items'] },
		},
	}));
}

function links(items: number[]): INodeExecutionData['pairedItem'] {
	return items.length === 1 ? { item: items[0] } : items.map((item) => ({ item }));
}

/** How many rows a batch has that does not say so itself. */
async function countRows(api: Api, batchId: string): Promise<number> {
	return (await readListedRows(api, batchId, Infinity)).length;
}

/** Items linked to all input items that name their batch. */
async function output(
	context: IExecuteFunctions,
	api: Api,
	named: NamedBatch[],
	waited: Exclude<Waited, { ended: 'parked' }>,
	settings: WaitSettings,
): Promise<INodeExecutionData[]> {
	const { states } = waited;
	if (waited.ended === 'handedOver') {
		return handOversForAgents(
			named.map(({ id, items }) => ({
				json: handOver({ id }, states.get(id), true),
				pairedItem: links(items),
			})),
		);
	}
	if (context.getNodeParameter('output', 0, 'items') === 'batch') {
		const brief = isTool(context) ? batchForAgents : (batch: IDataObject) => batch;
		return named.map(({ id, items }) => ({
			json: brief(states.get(id) as IDataObject),
			pairedItem: links(items),
		}));
	}
	const itemsOf = new Map(named.map(({ items }) => [items[0], items]));
	const counted = await mapConcurrently(
		named,
		async ({ id, items: [first] }) => {
			const state = states.get(id);
			const count = state?.items_total ?? state?.items?.length ?? (await countRows(api, id));
			return { id, itemIndexes: new Array<number>(count).fill(first) };
		},
		{ goOn: false, concurrency: readConcurrency(context) },
	);
	const awaited = counted.flatMap((outcome) => {
		if (outcome?.status === 'rejected') throw outcome.reason;
		return outcome ? [outcome.value] : [];
	});
	const rows = await rowItems(context, api, awaited, states);
	hintAtOutcome(context, rows);
	if (settings.onFailedItems === 'error' && !context.continueOnFail()) {
		assertNoFailedRows(context, rows);
	}
	if (isTool(context)) return rowsForAgents(rows);
	const complete = await withDownloadedFiles(context, api, rows);
	return complete.map((row) => ({ ...row, pairedItem: links(itemsOf.get(inputIndex(row)) ?? []) }));
}
