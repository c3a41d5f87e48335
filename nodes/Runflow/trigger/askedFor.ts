import type { IWebhookFunctions } from 'n8n-workflow';

import { connectToReadBack } from '../host/connection/connection';
import { editionOf } from '../host/edition';
import { listCallbackDeliveries, withinTime } from '../runflow';

const READ_WITHIN_MS = 1_500;

/**
 * The id of the delivery that somebody asked Runflow for and that is under way for a batch at present.
 * A callback does not say which delivery it belongs to, but Runflow lets only one of a batch be in
 * flight, and its list tells automatic ones from those that were asked for. `undefined` where there is
 * none, or where that cannot be read within a moment.
 * Source: docs.runflow.io, list-batch-callback-deliveries and redeliver-batch-callback.
 */
export async function deliveryAskedFor(
	context: IWebhookFunctions,
	batchId: string,
	deadline: AbortSignal,
): Promise<string | undefined> {
	const deliveries = await withinTime(
		editionOf(context).clock,
		READ_WITHIN_MS,
		async (soon) => await listCallbackDeliveries(await connectToReadBack(context, soon), batchId),
		deadline,
	).catch(() => []);
	const underWay = deliveries.find(
		({ is_automatic, completed_at }) => is_automatic === false && !completed_at,
	);
	return underWay?.id ?? undefined;
}
