import type {
	IDataObject,
	IExecuteData,
	INode,
	INodeExecutionData,
	ITaskMetadata,
} from 'n8n-workflow';

import { Runflow } from '../../nodes/Runflow/Runflow.node.ts';
import { executeContext, type ExecuteSetup } from './executeContext.ts';
import { batchIdOf } from './createRun.ts';
import { runflow } from './network.ts';

export { RESUME_URL } from './executeContext.ts';

export interface WaitingSetup extends ExecuteSetup {
	/** The node's context: the same object is the same execution. */
	kept?: IDataObject;
	isTool?: boolean;
	/** Whether the node runs again because the webhook of the parked node had it run. */
	calledBack?: boolean;
	node?: Partial<INode>;
}

/** An execute context in which a node can park, with what a test looks at beside it. */
export function waitingContext(setup: WaitingSetup) {
	const { kept = {}, isTool = false } = setup;
	const base = executeContext(setup);
	const node = { ...base.getNode(), ...setup.node };
	const executeData: IExecuteData = {
		node,
		data: { main: [base.getInputData()] },
		source: null,
		metadata: { runflowCalledBack: setup.calledBack ?? false } as ITaskMetadata,
	};
	const parkedUntil: Date[] = [];
	const metadata: unknown[] = [];
	const hints: string[] = [];
	const marks = new Map<string, string>();
	const more = {
		executeData,
		getNode: () => node,
		getContext: (type: string) => {
			if (type !== 'node') throw new Error(`there is no context ${type}`);
			return kept;
		},
		isToolExecution: () => isTool,
		getExecuteData: () => executeData,
		customData: {
			get: (key: string) => marks.get(key),
			set: (key: string, value: string) => {
				marks.set(key, value);
			},
		},
		addExecutionHints: ({ message }: { message: string }) => {
			hints.push(message);
		},
		putExecutionToWait: async (until: Date) => {
			parkedUntil.push(until);
		},
		setMetadata: (data: ITaskMetadata) => {
			metadata.push(data);
			executeData.metadata = { ...executeData.metadata, ...data };
		},
	};
	return { context: Object.assign(base, more), parkedUntil, metadata, hints, marks, executeData };
}

/** Parameters of Batch > Create and Wait: an input item's row number is its batch item. */
export function waitingParameters(change: IDataObject = {}) {
	return (itemIndex: number): IDataObject => ({
		resource: 'batch',
		operation: 'createAndWait',
		model: { __rl: true, mode: 'id', value: 'runflow/upscale' },
		inputMode: 'jsonPerItem',
		itemJson: { row: itemIndex },
		waitFor: 'polling',
		timeout: 1,
		pollInterval: 0.001,
		onFailedItems: 'output',
		options: {},
		...change,
	});
}

/** Runs the Runflow node once. */
export async function runWaiting(setup: Partial<WaitingSetup> = {}) {
	const fake = waitingContext({ parameters: waitingParameters(), ...setup });
	const input = fake.context.getInputData();
	const [output] = await new Runflow().execute.call(fake.context);
	const { parkedUntil, metadata, hints } = fake;
	return { output, input, parkedUntil, metadata, hints };
}

/** Declares that a batch is asked for once and has this state. */
export function answerBatch(id: string, status_code: string, change: IDataObject = {}): void {
	runflow()
		.get(`/v1/batches/${id}`)
		.reply(200, { id, status_code, ...change });
}

/** Declares the list of a batch's items, by default succeeded ones of the rows given. */
export function answerItems(id: string, items: Array<number | IDataObject>): void {
	runflow()
		.get(`/v1/batches/${id}/items`)
		.query(true)
		.reply(200, { items: items.map((item) => (typeof item === 'number' ? row(item) : item)) });
}

/** A batch item that succeeded. */
export function row(sequence_index: number, change: IDataObject = {}): IDataObject {
	const output = { outputs: [{ url: `https://files.runflow.test/${sequence_index}.png` }] };
	return { sequence_index, status_code: 'succeeded', output, error: null, ...change };
}

/** Declares that a batch is asked for once, is finished, and has so many rows, and that they are listed. */
export function finishedBatch({ rows, firstRow = 0 }: { rows: number; firstRow?: number }): void {
	answerBatch(batchIdOf(firstRow), 'succeeded');
	answerItems(
		batchIdOf(firstRow),
		Array.from({ length: rows }, (_, index) => index),
	);
}

/** The input items that output items are linked to, in their order. */
export function linksOf(items: INodeExecutionData[]): number[] {
	return items.map(({ pairedItem }) => (pairedItem as { item: number }).item);
}
