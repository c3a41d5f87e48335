import type { INode, INodeParameters } from 'n8n-workflow';

import { call } from '../emulator/apiClient.ts';
import { PACKAGES } from '../n8n/index.ts';
import { node } from '../stage/workflow.ts';
import type { BenchStage, Line } from './bench-stage.ts';
import type { LoadRequest } from './client-tasks.ts';

/** The same work for everybody. */
export interface Workload {
	name: string;
	rows: object[];
	/** What goes over the wire. */
	requests: LoadRequest[];
	runflow: INodeParameters;
	/** n8n's HTTP Request node: it sends a request for each item, so that some work it cannot do. */
	httpRequest?: INodeParameters;
	/** A loop over n8n's helper. */
	rival?: INodeParameters;
	/** n8n's Edit Fields node, which evaluates the same expressions and sends nothing. */
	editFields?: INodeParameters;
}

const MODEL = 'acme/undeclared';
/** As many as the nodes have under way. */
const AT_ONCE = 16;

/** Batch > Get for so many items. */
export async function getBatches(stage: BenchStage, count: number): Promise<Workload> {
	const ids = await finishedBatches(stage, Math.min(count, 50), 1);
	const rows = Array.from({ length: count }, (_, index) => ({ id: ids[index % ids.length] }));
	return reads(`Get, ${count} items`, rows, '', {
		resource: 'batch',
		operation: 'get',
		simplify: false,
	});
}

/** The same for one batch again and again, named without an expression for n8n to evaluate. */
export async function getOneBatch(stage: BenchStage, count: number): Promise<Workload> {
	const [id] = await finishedBatches(stage, 1, 1);
	const rows = Array.from({ length: count }, () => ({ id }));
	const runflow = { resource: 'batch', operation: 'get', simplify: false };
	return reads(`Get, ${count} items, no expression`, rows, '', runflow, id);
}

/** Batch Item > Get Many for so many batches of a hundred rows. */
export async function listItems(stage: BenchStage, count: number): Promise<Workload> {
	const ids = await finishedBatches(stage, Math.min(count, 10), 100);
	const rows = Array.from({ length: count }, (_, index) => ({ id: ids[index % ids.length] }));
	return reads(`Get Many items of ${count} batches`, rows, '/items?limit=100', {
		resource: 'batchItem',
		operation: 'getAll',
		returnAll: true,
	});
}

/** Callback Delivery > Get Many for so many batches. */
export async function listDeliveries(stage: BenchStage, count: number): Promise<Workload> {
	const callbackUrl = `${stage.n8n.url}/healthz`;
	const ids = await finishedBatches(stage, Math.min(count, 50), 1, { callback_url: callbackUrl });
	const rows = Array.from({ length: count }, (_, index) => ({ id: ids[index % ids.length] }));
	return reads(`Get Many deliveries of ${count} batches`, rows, '/callback', {
		resource: 'callbackDelivery',
		operation: 'getAll',
		returnAll: true,
		simplify: false,
	});
}

/** The node that does a workload over a line. */
export function nodeOf(
	kind: 'runflow' | 'lite' | 'httpRequest' | 'atOnce' | 'rival' | 'editFields',
	workload: Workload,
	line: Line,
): INode | undefined {
	const parameters = parametersOf(kind, workload);
	if (!parameters) return undefined;
	if (kind === 'editFields') return node('Edit Fields', 'set', parameters, { typeVersion: 3.4 });
	const { url } = parameters;
	const complete =
		typeof url === 'string'
			? { ...parameters, url: url.includes('{{') ? `=${line.origin}${url}` : line.origin + url }
			: parameters;
	const { runflowApi, httpHeaderAuth } = line.credentials;
	if (kind === 'runflow' || kind === 'lite') {
		const type = `${PACKAGES[kind === 'lite' ? 'lite' : 'undici'].name}.runflow`;
		return node('Runflow', type, complete, { credentials: { runflowApi } });
	}
	return kind !== 'httpRequest'
		? node('Rival', 'n8n-nodes-rival.rival', complete, { credentials: { httpHeaderAuth } })
		: node('HTTP Request', 'httpRequest', complete, {
				typeVersion: 4.2,
				credentials: { httpHeaderAuth },
			});
}

/** The lite edition does what a loop over n8n's helper does, so both go where the loop goes. */
function parametersOf(kind: Parameters<typeof nodeOf>[0], workload: Workload) {
	if (kind !== 'lite' && kind !== 'atOnce') return workload[kind];
	if (workload.rival?.chunk !== undefined || !workload.rival) return undefined;
	return kind === 'lite' ? workload.runflow : { ...workload.rival, atOnce: AT_ONCE };
}

function reads(
	name: string,
	rows: Array<{ id: string }>,
	rest: string,
	runflow: INodeParameters,
	id = '{{ $json.id }}',
): Workload {
	const url = `/v1/batches/${id}${rest}`;
	return {
		name,
		rows,
		requests: rows.map((row) => ({ method: 'GET', path: `/v1/batches/${row.id}${rest}` })),
		runflow: { ...runflow, batchId: id.includes('{{') ? `=${id}` : id },
		httpRequest: {
			url,
			authentication: 'genericCredentialType',
			genericAuthType: 'httpHeaderAuth',
			options: {},
		},
		rival: { url },
	};
}

/** Batches of so many rows that have come to their end. */
export async function finishedBatches(
	{ emulator }: Pick<BenchStage, 'emulator'>,
	count: number,
	size: number,
	more: object = {},
): Promise<string[]> {
	const input = Array.from({ length: size }, (_, index) => ({ prompt: `Picture ${index}` }));
	const ids: string[] = [];
	for (let i = 0; i < count; i++) {
		const { json } = await call(emulator, `POST /v1/models/${MODEL}/batches`, { input, ...more });
		ids.push(json.id as string);
	}
	await emulator.settled();
	return ids;
}
