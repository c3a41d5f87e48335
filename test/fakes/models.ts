import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { Runflow } from '../../nodes/Runflow/Runflow.node.ts';
import { executeContext, type ExecuteSetup } from './executeContext.ts';

/** A model as Runflow's catalogue has it, with fields that Simplify leaves out. */
export const upscale = {
	id: '3c90c3cc-0d44-4b50-8888-8dd25736052c',
	slug: 'upscale',
	name: 'Upscale',
	description: 'Makes images larger',
	category_code: 'image',
	availability_status: 'available',
	pricing_note: null,
	model_creator: { slug: 'runflow' },
	spare: 1,
};

/** Runs an operation of Model. */
export async function runModel(
	operation: string,
	change: IDataObject = {},
	setup: Partial<ExecuteSetup> = {},
): Promise<INodeExecutionData[]> {
	const parameters = { resource: 'model', operation, ...change };
	return (await new Runflow().execute.call(executeContext({ parameters, ...setup })))[0];
}
