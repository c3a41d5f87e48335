import type { IWebhookFunctions } from 'n8n-workflow';

import { connectToReadBack } from '../host/connection/connection';
import { editionOf } from '../host/edition';
import {
	isRunCallback,
	listCallbackDeliveries,
	listRunCallbackDeliveries,
	withinTime,
	type AnyCallback,
} from '../runflow';

const READ_WITHIN_MS = 1_500;

/**
 * The id of the delivery that somebody asked Runflow for and that is under way for a batch or a run at
 * present.
 * A callback does not say which delivery it belongs to, but Runflow lets only one of each be in
 * flight, and its list tells automatic ones from those that were asked for. `undefined` where there is
 * none, or where that cannot be read within a moment.
 * Source: docs.runflow.io, list-batch-callback-deliveries and redeliver-batch-callback.
 */
export async function deliveryAskedFor(
	context: IWebhookFunctions,
	callback: AnyCallback,
	deadline: AbortSignal,
): Promise<string | undefined> {
	const deliveries = await withinTime(
		editionOf(context).clock,
		READ_WITHIN_MS,
		async (soon) => {
			const api = await connectToReadBack(context, soon);
			return isRunCallback(callback)
				? await listRunCallbackDeliveries(api, callback.run_id)
				: await listCallbackDeliveries(api, callback.batch_id);
		},
		deadline,
	).catch(() => []);
	const underWay = deliveries.find(
		({ is_automatic, completed_at }) => is_automatic === false && !completed_at,
	);
	return underWay?.id ?? undefined;
}
