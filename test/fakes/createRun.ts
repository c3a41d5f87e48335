import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { Runflow } from '../../nodes/Runflow/Runflow.node.ts';
import { executeContext, type ExecuteSetup } from './executeContext.ts';
import { requests, runflow, type SeenRequest } from './network.ts';

/** Parameters of Batch > Create in `jsonPerItem`: an input item's row number is its batch item. */
export function createParameters(change: IDataObject = {}) {
	return (itemIndex: number): IDataObject => ({
		resource: 'batch',
		operation: 'create',
		model: { __rl: true, mode: 'id', value: 'runflow/upscale' },
		inputMode: 'jsonPerItem',
		itemJson: { row: itemIndex },
		callback: 'none',
		options: {},
		...change,
	});
}

/** Runs Batch > Create. */
export async function runCreate(setup: Partial<ExecuteSetup> = {}): Promise<INodeExecutionData[]> {
	const context = executeContext({ parameters: createParameters(), ...setup });
	return (await new Runflow().execute.call(context))[0];
}

/** Id of the batch whose first element is the given row. */
export function batchIdOf(row: number): string {
	return `3c90c3cc-0d44-4b50-8888-${String(row).padStart(12, '0')}`;
}

/** Declares creations that succeed; each batch has the id of its first row. */
export function acceptBatches(count: number, model = 'runflow/upscale'): void {
	runflow()
		.post(`/v1/models/${model}/batches`)
		.times(count)
		.reply(async (request: unknown) => {
			const { input } = (await (request as Request).json()) as { input: Array<{ row: number }> };
			return [201, { id: batchIdOf(input[0].row), status_code: 'queued', cost: null }];
		});
}

/** The creations sent so far, by the first row of each. */
export function creations() {
	return requests()
		.map((request: SeenRequest) => ({
			path: request.path,
			key: request.headers['idempotency-key'],
			body: JSON.parse(request.body) as IDataObject & { input: IDataObject[] },
		}))
		.sort((a, b) => Number(a.body.input[0].row) - Number(b.body.input[0].row));
}
