import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { isTool } from '../../../host/nodeRun';
import { park } from '../../../host/parkedRun';
import type { Api, Batch } from '../../../runflow';
import type { AwaitedBatch } from './awaiting';
import { settle } from './settle';
import type { WaitSettings } from './waitSettings';

/** How waiting ended. */
export type Waited =
	/** The execution is parked, and the node has to return its input. */
	| { ended: 'parked'; input: INodeExecutionData[] }
	/** The batches are finished, or the time limit has passed and what is known is wanted. */
	| { ended: 'settled'; states: Map<string, Batch> }
	/** The time limit has passed while an agent waits, which has to learn how to go on. */
	| { ended: 'handedOver'; states: Map<string, Batch>; unfinished: string[] };

/**
 * Waits for batches: asks Runflow, and parks the execution where their callbacks are still to come.
 *
 * @param resumed whether the callback that was waited for has already come
 * @throws NodeOperationError when the time limit passes while the node asks, and that is an error
 */
export async function waitForBatches(
	context: IExecuteFunctions,
	api: Api,
	batches: AwaitedBatch[],
	settings: WaitSettings,
	resumed: boolean,
): Promise<Waited> {
	const { states, unfinished } = await settle(context, api, batches, settings, resumed);
	if (unfinished.length === 0) return { ended: 'settled', states };
	const callsBack = (id: string) =>
		batches.some((batch) => batch.id === id && (batch.callsBack ?? true));
	if (settings.waitFor === 'callback' && unfinished.every(callsBack)) {
		const atTimeLimit = `Runflow did not call back within ${minutes(settings.timeoutMs)}. Still running: ${unfinished.join(', ')}`;
		return { ended: 'parked', input: await park(context, settings.timeoutMs, atTimeLimit) };
	}
	if (isTool(context)) return { ended: 'handedOver', states, unfinished };
	if (settings.onTimeout === 'output') return { ended: 'settled', states };
	throw new NodeOperationError(
		context.getNode(),
		`Runflow did not finish within ${minutes(settings.timeoutMs)}`,
		{
			description: `Still running: ${unfinished.join(', ')}. The batches run on and are paid for; fetch their results with Batch > Wait, or raise the time limit.`,
		},
	);
}

function minutes(ms: number): string {
	const count = ms / 60_000;
	return `${count} ${count === 1 ? 'minute' : 'minutes'}`;
}
