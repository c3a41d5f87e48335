import { setTimeout as sleep } from 'node:timers/promises';

import { isObject, jsonObject } from './apiRequest.ts';
import type { ApiRequest } from './apiRequest.ts';
import { batchAsRead, itemAsRead, unfinished } from './asRead.ts';
import { batchView, createdView, dollars, isTerminal, itemView } from './batch.ts';
import type { Batch } from './batch.ts';
import { now } from './clock.ts';
import { newId } from './ids.ts';
import { inputErrors } from './itemValidation.ts';
import { page } from './listing.ts';
import type { Model } from './modelTypes.ts';
import { ApiError, invalid, json, notFound } from './reply.ts';
import type { ErrorDetail, Reply } from './reply.ts';
import type { Router } from './router.ts';
import type { World } from './world.ts';

/** Creating and reading batches and their items. */
export function addBatchRoutes(router: Router, world: World): void {
	router.add('POST /v1/models/**/batches', (request, [name]) =>
		world.idempotency.run(request, () => createBatch(world, request, name)),
	);
	router.add('GET /v1/batches/:batch_id', (_request, [id]) => {
		const batch = asReadNow(world, knownBatch(world, id), 'batch');
		const view = batchView(batch, world.urls, world.options.organizationId);
		return json(200, batchAsRead(view, world.settings));
	});
	router.add('GET /v1/batches/:batch_id/items', (request, [id]) => {
		const { items } = asReadNow(world, knownBatch(world, id), 'items');
		const { settings, urls, baseUrl } = world;
		const view = (item: Batch['items'][number]) => itemAsRead(itemView(item, urls), settings);
		return json(200, page(request, items, view, settings.cursorStyle, baseUrl));
	});
	router.add('GET /v1/batches/:batch_id/items/:item_id', (_request, [id, itemId]) => {
		const batch = asReadNow(world, knownBatch(world, id), 'items');
		const item = batch.items.find((entry) => entry.id === itemId);
		if (!item) throw notFound('Batch item');
		return json(200, itemAsRead(itemView(item, world.urls), world.settings));
	});
}

/** The batch of an id, or a 404. */
export function knownBatch(world: World, id: string): Batch {
	const batch = world.batches.get(id.toLowerCase());
	if (!batch) throw notFound('Batch');
	return batch;
}

/** The batch as a read shows it at present: behind the times while stale reads are left. */
export function asReadNow(world: World, batch: Batch, what: 'batch' | 'items'): Batch {
	if (!isTerminal(batch) || batch.staleReads[what] >= world.settings.staleReads) return batch;
	batch.staleReads[what] += 1;
	return unfinished(batch);
}

async function createBatch(world: World, request: ApiRequest, name: string): Promise<Reply> {
	if (request.workDelayMs > 0) await sleep(request.workDelayMs, undefined, { ref: false });
	const model = world.catalogue.byName.get(name);
	if (!model) throw notFound('Model');
	const body = jsonObject(request);
	if (!model.supportsBatches) {
		const msg = `Model '${name}' does not support batches`;
		throw new ApiError(422, 'VALIDATION_ERROR', msg, [
			{ loc: ['path', 'slug'], msg, type: 'value_error' },
		]);
	}
	const errors = [...inputErrors(body.input, model, world.assets), ...bodyErrors(body)];
	if (errors.length > 0) throw invalid(errors);
	const elements = body.input as Record<string, unknown>[];
	const projected = elements.length * model.priceCents;
	if (projected > world.ledger.balanceCents) {
		const message = `The batch needs ${dollars(projected)} of credit`;
		throw new ApiError(402, 'INSUFFICIENT_CREDIT', message);
	}
	const batch = newBatch(model, elements, body);
	world.batches.set(batch.id, batch);
	world.ledger.reserve(batch.id, projected);
	const reply = json(201, batchAsRead(createdView(batch), world.settings));
	world.runner.start(batch, elements);
	return reply;
}

/** What is wrong with the rest of a creation's body. */
export function bodyErrors(body: Record<string, unknown>): ErrorDetail[] {
	const errors: ErrorDetail[] = [];
	const { metadata, callback_url: url } = body;
	if (metadata !== undefined && metadata !== null && !isObject(metadata)) {
		errors.push({ loc: ['metadata'], msg: 'Input should be an object', type: 'dict_type' });
	}
	if (url === undefined || url === null) return errors;
	if (typeof url !== 'string' || !/^https?:\/\/[^\s/]/.test(url)) {
		errors.push({ loc: ['callback_url'], msg: 'Input should be a valid URL', type: 'url_parsing' });
	} else if (url.length > 2048) {
		const msg = 'String should have at most 2048 characters';
		errors.push({ loc: ['callback_url'], msg, type: 'string_too_long' });
	}
	return errors;
}

/** A batch at its beginning; `elements` are its inputs as sent. */
export function newBatch(
	model: Model,
	elements: Record<string, unknown>[],
	body: Record<string, unknown>,
): Batch {
	const id = newId();
	const createdAt = now();
	return {
		id,
		model,
		statusCode: 'queued',
		items: elements.map(({ client_ref: clientRef, ...input }, index) => ({
			id: newId(),
			batchId: id,
			index,
			runId: newId(),
			clientRef: (clientRef as string | null | undefined) ?? null,
			input,
			statusCode: 'queued',
			files: [],
			error: null,
			costCents: null,
			createdAt,
			startedAt: null,
			completedAt: null,
		})),
		succeeded: 0,
		failed: 0,
		cancelled: 0,
		metadata: (body.metadata as Record<string, unknown> | null | undefined) ?? null,
		callbackUrl: (body.callback_url as string | null | undefined) ?? null,
		createdAt,
		startedAt: null,
		completedAt: null,
		deliveries: [],
		staleReads: { batch: 0, items: 0 },
	};
}
