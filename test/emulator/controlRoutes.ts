import { isObject } from './apiRequest.ts';
import type { ApiRequest } from './apiRequest.ts';
import type { CallbackFault, FaultRule } from './faults.ts';
import { CONVENIENT } from './readings.ts';
import { ApiError, empty, json } from './reply.ts';
import type { Router } from './router.ts';
import type { World } from './world.ts';

/** Steering a stand-alone emulator over HTTP; none of this exists at Runflow. */
export function addControlRoutes(
	router: Router,
	world: World,
	counts: { connections: number; requestCount: number },
): void {
	router.add('POST /_emulator/faults', (request) => {
		const rule = body(request);
		if (typeof rule.kind !== 'string') throw new ApiError(422, 'BAD_FAULT', 'A fault needs a kind');
		const times = typeof rule.times === 'number' ? rule.times : 1;
		if (rule.on === 'callback') {
			world.callbackFaults.add({ ...(rule as unknown as CallbackFault), times });
		} else if (typeof rule.on === 'string') {
			world.faults.add({ ...(rule as unknown as FaultRule), times });
		} else throw new ApiError(422, 'BAD_FAULT', "A fault needs on: 'METHOD /path' or 'callback'");
		return json(201, { ...rule, times });
	});
	router.add('DELETE /_emulator/faults', () => {
		world.faults.clear();
		world.callbackFaults.clear();
		return empty(204);
	});
	router.add('GET /_emulator/state', () =>
		json(200, {
			connections: counts.connections,
			requests: counts.requestCount,
			balance: world.ledger.balanceCents / 100,
			charges: world.ledger.charges,
			faults: world.faults.pending.map(({ rule, left }) => ({ ...rule, times: left })),
			callback_faults: world.callbackFaults.pending,
			batches: [...world.batches.values()].map((batch) => ({
				id: batch.id,
				model: `${batch.model.owner}/${batch.model.slug}`,
				status_code: batch.statusCode,
				items_total: batch.items.length,
				deliveries: batch.deliveries.map((delivery) => ({
					status_code: delivery.statusCode,
					attempts: delivery.attempts.map((attempt) => attempt.statusCode),
				})),
			})),
		}),
	);
	router.add('GET /_emulator/readings', () => json(200, readingsOf(world)));
	router.add('PATCH /_emulator/readings', (request) => {
		const changes = body(request);
		const unknown = Object.keys(changes).find((name) => !Object.hasOwn(CONVENIENT, name));
		if (unknown) throw new ApiError(422, 'BAD_READING', `There is no reading ${unknown}`);
		Object.assign(world.settings, changes);
		return json(200, readingsOf(world));
	});
	router.add('POST /_emulator/hold', () => {
		world.runner.hold();
		return empty(204);
	});
	router.add('POST /_emulator/release', (request) => {
		const { batch_id: batchId } = body(request);
		if (typeof batchId === 'string') world.runner.finish(batchId);
		else world.runner.release();
		return empty(204);
	});
}

function readingsOf({ settings }: World): Record<string, unknown> {
	return Object.fromEntries(Object.entries(settings).filter(([name]) => name in CONVENIENT));
}

function body(request: ApiRequest): Record<string, unknown> {
	if (request.body.length === 0) return {};
	try {
		const value: unknown = JSON.parse(request.body.toString('utf8'));
		if (isObject(value)) return value;
	} catch {
		// answered below like any other body that is no object
	}
	throw new ApiError(422, 'BAD_BODY', 'The body must be a JSON object');
}
