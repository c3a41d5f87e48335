import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { Runflow } from '../../nodes/Runflow/Runflow.node.ts';
import { call } from '../emulator/apiClient.ts';
import type { Emulator } from '../emulator/emulator.ts';
import { waitingContext, type WaitingSetup } from './waitingContext.ts';

/** A model of the emulator's that takes no batches. */
export const LONE_MODEL = { __rl: true, mode: 'id', value: 'acme/provider-only' };

/** Runs the node over the emulator, by default an operation on runs. */
export async function runEmulated(
	emulator: Emulator,
	parameters: IDataObject,
	setup: Partial<WaitingSetup> = {},
): Promise<INodeExecutionData[]> {
	const { context } = waitingContext({
		parameters: { resource: 'run', ...parameters },
		credential: { apiKey: emulator.apiKey, baseUrl: emulator.url },
		...setup,
	});
	return (await new Runflow().execute.call(context))[0];
}

/** A run that is finished. */
export async function someRun(emulator: Emulator, body: object = {}): Promise<string> {
	const line = 'POST /v1/models/acme/provider-only/runs';
	const { json } = await call(emulator, line, { input: { prompt: 'a' }, ...body });
	await emulator.settled();
	return json.id;
}
