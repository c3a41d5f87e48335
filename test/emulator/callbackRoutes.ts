import { isTerminal } from './batch.ts';
import { knownBatch } from './batchRoutes.ts';
import { deliveryView } from './delivery.ts';
import { ApiError, json } from './reply.ts';
import type { Router } from './router.ts';
import type { World } from './world.ts';

/** The delivery ledger of a batch and redelivery on request. */
export function addCallbackRoutes(router: Router, world: World): void {
	router.add('GET /v1/batches/:batch_id/callback', (_request, [id]) =>
		json(200, knownBatch(world, id).deliveries.map(deliveryView).reverse()),
	);
	router.add('POST /v1/batches/:batch_id/callback-redeliveries', (_request, [id]) => {
		const batch = knownBatch(world, id);
		if (!isTerminal(batch)) throw refused('The batch has not reached a terminal state');
		if (batch.callbackUrl === null) throw refused('The batch has no callback_url');
		return json(201, deliveryView(world.callbacks.deliver(batch, false)));
	});
}

function refused(msg: string): ApiError {
	return new ApiError(422, 'VALIDATION_ERROR', msg, [
		{ loc: ['batch_id'], msg, type: 'value_error' },
	]);
}
