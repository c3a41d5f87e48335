import {
	NodeOperationError,
	WAIT_INDEFINITELY,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';

import {
	getBatch,
	isPassing,
	pollBatches,
	REAL_TIME,
	terminalStatus,
	type Api,
	type Batch,
} from '../../runflow';
import { resumeUrl } from './resumeUrl';
import type { WaitSettings } from './waitSettings';

const LONGEST_POLL_PAUSE_MS = 60_000;
// A callback may be ahead of what reading the batch says; it will not come again.
const AFTER_CALLBACK = { firstPauseMs: 1_000, timeLimitMs: 60_000 };

/**
 * What a parked node returns: n8n keeps its input and runs it again with that. A copy, because n8n
 * empties the returned list when it sorts items out for an error output
 * (n8n-core, WorkflowExecute.handleNodeErrorOutput).
 */
export function parked(context: IExecuteFunctions): INodeExecutionData[] {
	return [...context.getInputData()];
}

/**
 * Waits for batches. By polling: until all are finished or the time limit passes. By callback: the
 * batches are read once, because a callback that comes before the execution is parked meets a 409;
 * if some are not finished the execution is parked, and `undefined` is returned. It is parked as
 * well where they cannot be read at the moment, since the callback comes in any case.
 *
 * @param resumed whether the callback that was waited for has already come
 * @throws NodeOperationError when polling reaches the time limit and that is to be an error
 */
export async function settle(
	context: IExecuteFunctions,
	api: Api,
	batchIds: string[],
	settings: WaitSettings,
	resumed: boolean,
): Promise<Map<string, Batch> | undefined> {
	const polling = settings.waitFor === 'polling';
	const states = await pollBatches(
		batchIds,
		async (batchId) => await getBatch(api, batchId),
		{
			...REAL_TIME,
			firstPauseMs: settings.pollIntervalMs,
			longestPauseMs: Math.max(LONGEST_POLL_PAUSE_MS, settings.pollIntervalMs),
			timeLimitMs: polling ? settings.timeoutMs : 0,
			...(!polling && resumed ? AFTER_CALLBACK : {}),
		},
		context.getExecutionCancelSignal(),
	).catch((error: unknown) => {
		if (polling || resumed || !isPassing(error)) throw error;
		return new Map<string, Batch>();
	});
	const unfinished = batchIds.filter((id) => !terminalStatus(states.get(id)?.status_code));
	if (unfinished.length === 0) return states;
	if (!polling) {
		context.setMetadata({ resumeUrl: resumeUrl(context) });
		await context.putExecutionToWait(
			settings.timeoutMs === Infinity
				? WAIT_INDEFINITELY
				: new Date(Date.now() + settings.timeoutMs),
		);
		return undefined;
	}
	if (settings.onTimeout === 'output') return states;
	throw new NodeOperationError(
		context.getNode(),
		`Runflow did not finish within ${settings.timeoutMs / 60_000} minutes`,
		{
			description: `Still running: ${unfinished.join(', ')}. The batches run on and are paid for; fetch their results with Batch > Wait, or raise the time limit.`,
		},
	);
}
