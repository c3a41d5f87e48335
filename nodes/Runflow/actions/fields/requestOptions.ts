import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

/** How many requests one node has under way at the same time; measured, see docs/bench. */
export const CONCURRENCY = 16;

const MOST = 64;

/** How hard a node presses Runflow; media have limits of their own, by file. */
export const requestOptionsField: INodeProperties = {
	displayName: 'Request Options',
	name: 'requestOptions',
	type: 'collection',
	placeholder: 'Add option',
	displayOptions: { hide: { resource: ['media'] } },
	default: {},
	options: [
		{
			displayName: 'Concurrent Requests',
			name: 'concurrency',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: MOST },
			default: CONCURRENCY,
			description:
				'How many requests the node may have under way at the same time, at most 64. Lower it if Runflow often answers that there are too many requests.',
		},
	],
};

const chosenIn = new WeakMap<IExecuteFunctions, number>();

/** The concurrency that the user chose, within its bounds; read once for each context. */
export function readConcurrency(context: IExecuteFunctions): number {
	const concurrency = chosenIn.get(context) ?? evaluate(context);
	chosenIn.set(context, concurrency);
	return concurrency;
}

function evaluate(context: IExecuteFunctions): number {
	const chosen = Number(context.getNodeParameter('requestOptions.concurrency', 0, CONCURRENCY));
	return Number.isFinite(chosen) ? Math.min(Math.max(Math.trunc(chosen), 1), MOST) : CONCURRENCY;
}
