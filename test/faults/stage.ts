import { createServer, type Server } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { lookup as systemLookup } from 'node:dns';

import type { IDataObject, INodeExecutionData, NodeEgressFilter } from 'n8n-workflow';

import { Runflow } from '../../nodes/Runflow/Runflow.node.ts';
import { call } from '../emulator/apiClient.ts';
import { startEmulator, type Emulator } from '../emulator/emulator.ts';
import { FakeBinaries } from '../fakes/binaries.ts';
import { executeContext } from '../fakes/executeContext.ts';
import { API_KEY, credential } from '../fakes/node.ts';
import { editionOfCell, newCell, type Cell } from './cell.ts';
import { baseName, type Operation, type Stage } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { evaluated, type Expressions } from './rerun.ts';

/** What a run gave: items, or whatever it threw. */
export type Run = { output: INodeExecutionData[] } | { error: unknown };

/** What lies at Runflow, as far as it costs money or does something to somebody. */
export interface Holdings {
	batches: number;
	charges: number;
	deliveries: number;
	secrets: number;
}

/** Where the node finds Runflow, when not at the emulator's own address. */
export interface Way {
	baseUrl?: string;
	lookup?: LookupFunction;
}

/** An emulator of its own for one cell, with what the operation is about. */
export async function openStage(operation: Operation, receiver: string): Promise<Stage> {
	const emulator = await startEmulator({ apiKey: API_KEY, processingMs: 1 });
	if (operation.held) emulator.holdBatches();
	const stage: Stage = { emulator, receiver, ids: {}, binaries: new FakeBinaries() };
	stage.ids = (await operation.prepare?.(stage)) ?? {};
	return stage;
}

/** Runs the node as n8n does; `nodeContext` is what n8n keeps of the node between two tries. */
export async function runNode(
	name: string,
	stage: Stage,
	cell: Cell,
	options: {
		nodeContext: IDataObject;
		way?: Way;
		executionId?: string;
		mode?: string;
		expressions?: Expressions;
	},
): Promise<Run> {
	const { parameters, items } = OPERATIONS[name];
	const [resource, operation] = baseName(name).split(': ');
	const { way = {}, expressions = 'constant', ...execution } = options;
	const context = executeContext({
		parameters: evaluated({ resource, operation, ...parameters(stage.ids) }, expressions),
		items: items?.(stage.binaries) ?? 1,
		credential: { ...credential, baseUrl: way.baseUrl ?? stage.emulator.url },
		egressFilter: freshFilter(way.lookup),
		binaries: stage.binaries,
		...execution,
		edition: editionOfCell(cell),
	});
	return await new Runflow().execute.call(context).then(
		([output]) => ({ output }),
		(error: unknown) => ({ error }),
	);
}

/** A cell that polls until the emulator has nothing more to do. */
export function quietCell({ emulator }: Stage, change: Pick<Partial<Cell>, 'limitMs'> = {}) {
	return newCell({
		...change,
		whilePolling: async () => {
			emulator.release();
			await emulator.settled();
		},
	});
}

/** What Runflow has in its books. */
export async function holdingsOf(emulator: Emulator): Promise<Holdings> {
	const { json } = await call(emulator, 'GET /v1/callback-secrets?limit=100');
	return {
		batches: emulator.batches.size,
		charges: emulator.charges.length,
		deliveries: [...emulator.batches.keys()].reduce(
			(sum, batchId) => sum + emulator.deliveries(batchId).length,
			0,
		),
		secrets: (json.items as unknown[]).length,
	};
}

/** A server that takes callbacks. */
export async function startReceiver(): Promise<{ url: string; server: Server }> {
	const server = createServer((request, response) => {
		request.resume().on('end', () => response.end('ok'));
	});
	return { server, url: await listen(server) };
}

/** A server of another origin that must never see the key; it sends those who follow back. */
export async function startElsewhere() {
	const seen: string[] = [];
	const server = createServer((request, response) => {
		seen.push(`${request.method} ${request.url} ${JSON.stringify(request.rawHeaders)}`);
		const back = new URL(request.url ?? '/', 'http://elsewhere').searchParams.get('back');
		if (back) response.writeHead(302, { location: back }).end();
		else response.writeHead(404).end();
	});
	return { server, seen, url: await listen(server) };
}

/** Listens on a free port of this machine. */
export async function listen(server: import('node:net').Server): Promise<string> {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Lets everything out; one for each run, so that each has connections, and limits, of its own. */
function freshFilter(lookup: LookupFunction = systemLookup as LookupFunction): NodeEgressFilter {
	return {
		validateUrl: async () => ({ ok: true, result: undefined }),
		validateConnectionHost: () => ({ ok: true, result: undefined }),
		createSecureLookup: () => lookup,
		validateRedirectSync: () => {},
	};
}
