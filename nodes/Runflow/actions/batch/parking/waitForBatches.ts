import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';

import { isTool } from '../../../host/run/nodeRun';
import { park } from '../../../host/run/parkedRun';
import type { Api, Batch } from '../../../runflow';
import type { AwaitedBatch } from './awaiting';
import { settle, type Circumstances } from './settle';
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
 * @throws NodeOperationError when the time limit passes while the node asks, and that is an error
 */
export async function waitForBatches(
	context: IExecuteFunctions,
	api: Api,
	batches: AwaitedBatch[],
	settings: WaitSettings,
	circumstances: Circumstances,
): Promise<Waited> {
	const { states, unfinished } = await settle(context, api, batches, settings, circumstances);
	if (unfinished.length === 0) return { ended: 'settled', states };
	const callsBack = (id: string) =>
		batches.some((batch) => batch.id === id && (batch.callsBack ?? true));
	const isAwaited = settings.waitFor === 'callback' && circumstances.resumed;
	if (isAwaited && unfinished.some(callsBack)) throw notSeen(context, unfinished);
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
			description: `Still running: ${unfinished.join(', ')}. The batches continue to run, and you pay for them. Fetch their results with Batch > Wait, or raise the time limit.`,
		},
	);
}

/** A callback comes once: whoever parked again would wait in vain. */
function notSeen(context: IExecuteFunctions, unfinished: string[]): NodeOperationError {
	return new NodeOperationError(
		context.getNode(),
		'Runflow has called back, but does not show the batch as finished',
		{
			description: `Runflow shows these as still running: ${unfinished.join(', ')}. Fetch the results later with Batch > Wait, or press n8n's Retry: nothing is created twice.`,
		},
	);
}

function minutes(ms: number): string {
	const count = ms / 60_000;
	return `${count} ${count === 1 ? 'minute' : 'minutes'}`;
}
