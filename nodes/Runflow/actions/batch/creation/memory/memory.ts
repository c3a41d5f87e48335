import { createHash, randomUUID } from 'node:crypto';
import type {
	IDataObject,
	IExecuteFunctions,
	INodeParameterResourceLocator,
	ResourceMapperValue,
} from 'n8n-workflow';

import type { ModelField } from '../../../../host/modelField';
import { isTool, lineageOf, memoryOf, nodeRun, type NodeRun } from '../../../../host/run/nodeRun';
import type { Row, RowSource } from '../../input/row';

/**
 * What the node keeps of one batch, or of a run, which is like a batch of one row: of one that exists
 * its id, of one in doubt the request itself.
 */
export interface RememberedBatch {
	/** Absent for a batch. */
	isRun?: true;
	/** Of a run: the row's own label, which its `client_ref` does not hold. */
	label?: string;
	/** The Idempotency-Key. */
	key: string;
	/** The person's own key, where there is one; `key` may have a number behind it. */
	ownKey?: string;
	/** The model's path below `/v1/models`, encoded. */
	model: string;
	/** For each element of the batch's input the input item; `null` for one that is not wanted from here. */
	items: Array<number | null>;
	/** Likewise the element of the item's array, in `jsonArray` alone. */
	elements?: number[];
	/** Fingerprints of the elements, one behind the other. */
	content: string;
	/** Fingerprint of what the rows were made from (see sourceOf). */
	source: string;
	/** Whether Runflow calls back to the execution that waits. */
	callsBack: boolean;
	/** How often its rows were tried, this time included; absent for once. */
	tries?: number;
	/** Nobody wanted these rows in the try before. */
	isUnwanted?: true;
	/** Runflow did not know it when it was looked at, as of what was made a moment ago. */
	isUnseen?: true;
	/** Runflow's id, once it is known that the batch exists. */
	id?: string;
	/** The request as JSON text, while it is not known whether the batch exists. */
	body?: string;
}

/** A refused creation: what is needed to find out later whether Runflow remembers just the refusal. */
export interface Refusal {
	key: string;
	status: number;
	/** The request as JSON text. */
	body: string;
}

/** What the node keeps of one of its runs, for another try of it. */
export interface RunMemory {
	/** What makes the keys of this run its own: the execution that it began in, or the call of a tool. */
	origin: string;
	executionId: string | null;
	runIndex: number;
	/** Whether n8n made this execution by Retry from one that had begun this run. */
	isRetried?: true;
	/** Keys that gave batches or runs of which nothing is of use any more. */
	spentKeys: string[];
	/** Creations that Runflow refused, by the keys of the node's own that they went out under. */
	refusals?: Refusal[];
	source: string;
	batches: RememberedBatch[];
	/** Batches of the execution that n8n made this one from by Retry, until they are looked at. */
	earlier: RememberedBatch[];
	/** Ids of uploaded assets by the hash of their content. */
	uploads: Record<string, string>;
	/**
	 * While the run waits, how often it is going to try failed rows again. What an execution keeps that
	 * was killed meanwhile still says so, and whether it has begun nobody knows.
	 */
	mayTryAgain?: number;
}

const KEY = 'runflowCreations';

/**
 * Opens the memory of the run that is under way; what is written to it is kept. Within an
 * execution another try finds what the tries before it made. In an execution that n8n made by
 * Retry that lies in `earlier`.
 */
export function openMemory(context: IExecuteFunctions): { memory: RunMemory; run: NodeRun } {
	const run = nodeRun(context);
	const kept = memoryOf(context);
	const found = kept[KEY] as RunMemory | undefined;
	const memory = continued(found, run, isTool(context)) ?? begun(context, run);
	memory.source = isTool(context) ? '' : sourceOf(context);
	kept[KEY] = memory as unknown as IDataObject;
	return { memory, run };
}

/** The memory as `openMemory` has opened it before, in the same try or another one. */
export function openedMemory(context: IExecuteFunctions): { memory: RunMemory; run: NodeRun } {
	const found = memoryOf(context)[KEY] as RunMemory | undefined;
	return found ? { memory: found, run: nodeRun(context) } : openMemory(context);
}

/** The batches that the run under way has made or may have made so far. */
export function rememberedBatches(context: IExecuteFunctions): RememberedBatch[] {
	return (memoryOf(context)[KEY] as RunMemory | undefined)?.batches ?? [];
}

/** Notes that the run has its results, and tries no failed rows again. */
export function noteResults(context: IExecuteFunctions): void {
	const memory = memoryOf(context)[KEY] as RunMemory | undefined;
	delete memory?.mayTryAgain;
}

/** The rows of a batch that are wanted from it, with their places in it. */
export function wantedRows({
	items,
	elements,
}: RememberedBatch): Array<RowSource & { position: number }> {
	return items.flatMap((item, position) =>
		item === null ? [] : [{ item, element: elements?.[position] ?? 0, position }],
	);
}

/** Instead of a fingerprint: the places of such rows say nothing, only their content does. */
const SEVERAL = 'several';

/**
 * Adds a batch to others. Where it is there already, since its rows were wanted at different times,
 * they come together.
 */
export function addTo(batches: RememberedBatch[], batch: RememberedBatch): void {
	const there = batches.find(({ id }) => id !== undefined && id === batch.id);
	if (!there) {
		batches.push(batch);
		return;
	}
	const { items, elements } = there;
	there.items = items.map((item, place) => item ?? batch.items[place]);
	if (there.source !== batch.source) there.source = SEVERAL;
	if (!elements && !batch.elements) return;
	there.elements = items.map(
		(item, place) => (item === null ? batch.elements : elements)?.[place] ?? 0,
	);
}

const FINGERPRINT_LENGTH = 12;

/** What tells rows of other content apart: the model and its input, the label included. */
export function fingerprint({ model, input }: Pick<Row, 'model' | 'input'>): string {
	return hash(JSON.stringify([model, input]));
}

/** The fingerprint of the element at a position of a batch. */
export function fingerprintAt({ content }: RememberedBatch, position: number): string {
	return content.slice(position * FINGERPRINT_LENGTH, (position + 1) * FINGERPRINT_LENGTH);
}

function continued(
	found: RunMemory | undefined,
	run: NodeRun,
	isOwnCall: boolean,
): RunMemory | undefined {
	if (!found || (found.runIndex !== run.runIndex && !isOwnCall)) return undefined;
	if (isOwnCall || found.executionId === (run.executionId ?? null)) return found;
	return {
		...found,
		isRetried: true,
		executionId: run.executionId ?? null,
		batches: [],
		earlier: [...found.earlier, ...found.batches],
	};
}

function begun(context: IExecuteFunctions, { executionId, runIndex }: NodeRun): RunMemory {
	return {
		origin: isTool(context) ? randomUUID() : (lineageOf(context) ?? randomUUID()),
		executionId: executionId ?? null,
		runIndex,
		spentKeys: [],
		source: '',
		batches: [],
		earlier: [],
		uploads: {},
	};
}

/**
 * A fingerprint of what the rows are made from: the parameters as they stand in the workflow,
 * expressions unevaluated, and the input items. As long as it is the same nothing was corrected,
 * whatever an expression such as `{{ $now }}` says by then.
 */
function sourceOf(context: IExecuteFunctions): string {
	const { model, inputMode, modelInputs, itemJson, batchJson, options } =
		context.getNode().parameters;
	const { clientRef, uploadBinary } = (options ?? {}) as IDataObject;
	const { mappingMode, value, schema } = (modelInputs ?? {}) as Partial<ResourceMapperValue>;
	// Names and order of the model and its fields the editor refreshes by itself.
	const fields = (schema ?? [])
		.map((field) => [field.id, field.type, (field as Partial<ModelField>).variableType])
		.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
	const modelValue = (model as INodeParameterResourceLocator | undefined)?.value ?? model;
	const items = context
		.getInputData()
		.map(({ json, binary }) => [
			json,
			Object.entries(binary ?? {}).map(([name, { id, fileName, fileSize, mimeType }]) => [
				name,
				id,
				fileName,
				fileSize,
				mimeType,
			]),
		]);
	return hash(
		JSON.stringify([
			[modelValue, inputMode, mappingMode, value, fields, itemJson, batchJson],
			[clientRef, uploadBinary],
			items,
		]),
	);
}

function hash(text: string): string {
	return createHash('sha256').update(text).digest('base64').slice(0, FINGERPRINT_LENGTH);
}
