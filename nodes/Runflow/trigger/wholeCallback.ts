import type { IWebhookFunctions } from 'n8n-workflow';

import { connectToReadBack } from '../host/connection/connection';
import { editionOf } from '../host/edition';
import { heldRows, readFinishedBatch, withinTime, type BatchCallback } from '../runflow';

const READ_WITHIN_MS = 1_500;

/**
 * A callback with all of its batch's rows. Whether a callback always holds them the docs leave open,
 * so where some are missing they are read from Runflow. What cannot be read within a moment does not
 * hold the callback up: it comes back as it was.
 */
export async function wholeCallback(
	context: IWebhookFunctions,
	callback: BatchCallback,
	deadline: AbortSignal,
): Promise<BatchCallback> {
	const { batch_id, output } = callback;
	const told: unknown = output?.total;
	if (heldRows(output) >= (typeof told === 'number' ? told : 1)) return callback;
	const read = await withinTime(
		editionOf(context).clock,
		READ_WITHIN_MS,
		async (soon) => await readFinishedBatch(await connectToReadBack(context, soon), batch_id),
		deadline,
	).catch(() => undefined);
	return read?.output ? { ...callback, output: read.output } : callback;
}
