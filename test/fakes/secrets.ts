import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { Runflow } from '../../nodes/Runflow/Runflow.node.ts';
import { executeContext, type ExecuteSetup } from './executeContext.ts';

export const SECRET_ID = '3c90c3cc-0d44-4b50-8888-8dd25736052b';

/** A signing secret as Runflow tells of it. */
export const secret = {
	id: SECRET_ID,
	label: 'n8n',
	is_current: true,
	key_prefix: 'whsec_ab',
	spare: 1,
};

/** Runs an operation of Callback Secret. */
export async function runSecret(
	operation: string,
	change: IDataObject = {},
	setup: Partial<ExecuteSetup> = {},
): Promise<INodeExecutionData[]> {
	const parameters = { resource: 'callbackSecret', operation, ...change };
	return (await new Runflow().execute.call(executeContext({ parameters, ...setup })))[0];
}
