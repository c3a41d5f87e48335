import { setTimeout as sleep } from 'node:timers/promises';

import { jsonObject } from './apiRequest.ts';
import type { ApiRequest } from './apiRequest.ts';
import { asReadNow, bodyErrors, newBatch } from './batchRoutes.ts';
import { dollars, isTerminal } from './batch.ts';
import type { Batch, BatchItem } from './batch.ts';
import { deliveryView } from './delivery.ts';
import { inputErrors } from './itemValidation.ts';
import { filterOf, page } from './listing.ts';
import { ApiError, invalid, json, notFound } from './reply.ts';
import type { Reply } from './reply.ts';
import type { Router } from './router.ts';
import { runView } from './run.ts';
import type { World } from './world.ts';

/** Creating and reading runs, by themselves and of batches. */
export function addRunRoutes(router: Router, world: World): void {
	const unlisted = new Map<string, number>();
	router.add('POST /v1/models/**/runs', (request, [name]) => {
		const work = () => createRun(world, request, name);
		return world.settings.runKeys === 'honoured' ? world.idempotency.run(request, work) : work();
	});
	router.add('GET /v1/runs', (request) => {
		const q = request.query.get('q');
		const { runFilter, unlistedReads, cursorStyle } = world.settings;
		const isExact = /\.EQ:/i.test(q ?? '');
		if (q && runFilter !== 'neither' && isExact !== (runFilter === 'EQ')) {
			const msg = 'The filter cannot be read';
			throw invalid([{ loc: ['query', 'q'], msg, type: 'value_error' }]);
		}
		const listed = allRuns(world).filter(([, { runId }]) => {
			const reads = unlisted.get(runId) ?? 0;
			unlisted.set(runId, reads + 1);
			return reads >= unlistedReads;
		});
		const found = listed.filter(
			filterOf(
				runFilter === 'neither' ? null : q,
				([batch, item], field) => viewOf(world, batch, item)[field as 'client_ref'],
				([, item]) => item.clientRef ?? '',
			),
		);
		const view = ([batch, item]: [Batch, BatchItem]) => viewOf(world, batch, item);
		return json(200, page(request, found, view, cursorStyle, world.baseUrl));
	});
	router.add('GET /v1/runs/:run_id', (_request, [id]) =>
		json(200, viewOf(world, ...knownRun(world, id))),
	);
	router.add('GET /v1/runs/:run_id/callback', (_request, [id]) =>
		json(200, knownRun(world, id)[0].deliveries.map(deliveryView).reverse()),
	);
	router.add('POST /v1/runs/:run_id/callback-redeliveries', (_request, [id]) => {
		const [batch] = knownRun(world, id);
		if (!batch.isRun || !isTerminal(batch) || batch.callbackUrl === null) {
			const msg = 'The run is not finished or has no callback_url';
			throw invalid([{ loc: ['run_id'], msg, type: 'value_error' }]);
		}
		return json(201, deliveryView(world.callbacks.deliver(batch, false)));
	});
}

/** Every run, newest first. */
function allRuns(world: World): [Batch, BatchItem][] {
	return [...world.batches.values(), ...world.runs.values()]
		.flatMap((batch) => batch.items.map((item): [Batch, BatchItem] => [batch, item]))
		.sort(([, a], [, b]) => b.createdAt - a.createdAt);
}

function knownRun(world: World, id: string): [Batch, BatchItem] {
	const alone = world.runs.get(id.toLowerCase());
	if (alone) return [alone, alone.items[0]];
	const run = allRuns(world).find(([, { runId }]) => runId === id.toLowerCase());
	if (!run) throw notFound('Run');
	return run;
}

function viewOf(world: World, batch: Batch, { index }: BatchItem) {
	const now = asReadNow(world, batch, 'batch');
	const view = runView(now, now.items[index], world.urls, world.options.organizationId);
	return { ...view, cost: world.settings.numericCost && view.cost ? Number(view.cost) : view.cost };
}

async function createRun(world: World, request: ApiRequest, name: string): Promise<Reply> {
	if (request.workDelayMs > 0) await sleep(request.workDelayMs, undefined, { ref: false });
	const model = world.catalogue.byName.get(name);
	if (!model) throw notFound('Model');
	const body = jsonObject(request);
	const { input, client_ref: clientRef } = body;
	const element = { ...(input as Record<string, unknown>), client_ref: clientRef };
	const errors = inputErrors([element], model, world.assets).map((error) => ({
		...error,
		loc: ['input', ...(error.loc ?? []).slice(2)],
	}));
	const all = [...errors, ...bodyErrors(body)];
	if (all.length > 0) throw invalid(all);
	if (model.priceCents > world.ledger.balanceCents) {
		const message = `The run needs ${dollars(model.priceCents)} of credit`;
		throw new ApiError(402, 'INSUFFICIENT_CREDIT', message);
	}
	const run = { ...newBatch(model, [element], body), isRun: true };
	run.items[0].runId = run.id;
	world.runs.set(run.id, run);
	world.ledger.reserve(run.id, model.priceCents);
	const reply = json(world.settings.runCreated, viewOf(world, run, run.items[0]));
	world.runner.start(run, [element]);
	return reply;
}
