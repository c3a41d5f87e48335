import { inspect } from 'node:util';

import { NodeApiError, NodeOperationError, type INodeExecutionData } from 'n8n-workflow';

import { API_KEY, CALLBACK_SECRET, PREVIOUS_SECRET } from '../fakes/node.ts';
import type { Emulator } from '../emulator/emulator.ts';
import type { Operation } from './operation.ts';
import type { Holdings } from './stage.ts';

/** What must not be in an error: keys, signing secrets (all begin with whsec_), signed links. */
const SECRETS = [API_KEY, CALLBACK_SECRET, PREVIOUS_SECRET, /whsec_\w/, /[?&]signature=/];

/** What is wrong with an error of the node. */
export function errorProblems(error: unknown): string[] {
	if (!(error instanceof NodeApiError) && !(error instanceof NodeOperationError)) {
		return [`not a node error: ${inspect(error, { depth: 4 })}`];
	}
	const text = [
		inspect(error, { depth: Infinity, showHidden: true }),
		JSON.stringify(error),
		error.stack,
	].join('\n');
	return [
		...(error.message.trim() ? [] : ['the error has no message']),
		...(error.description?.trim() ? [] : ['the error has no description']),
		...(/undefined|\[object|not an error that/.test(`${error.message} ${error.description ?? ''}`)
			? [`the error is unclear: ${error.message}: ${error.description ?? ''}`]
			: []),
		...(error.context.itemIndex === 0 ? [] : ['the error has no item index']),
		...leaksIn(text),
	];
}

/** An error in one line. */
export function text(error: unknown): string {
	const { message, description } = error as { message: string; description?: string };
	return `${message} | ${description ?? ''}`;
}

/** Secrets that a text holds. */
export function leaksIn(text: string): string[] {
	return SECRETS.filter((secret) =>
		typeof secret === 'string' ? text.includes(secret) : secret.test(text),
	).map((secret) => `a secret leaked: ${String(secret)}`);
}

/** What a run left behind that it must not have. */
export function excess({ leaves = {} }: Operation, before: Holdings, after: Holdings): string[] {
	const most: Holdings = {
		batches: before.batches + (leaves.batches ?? 0),
		charges: before.charges + (leaves.batches ?? leaves.runs ?? 0),
		deliveries: before.deliveries + (leaves.deliveries ?? 0),
		secrets: before.secrets + (leaves.secrets ?? 0),
	};
	return Object.entries(most).flatMap(([name, limit]) => {
		const count = after[name as keyof Holdings];
		return count > limit ? [`${count} ${name} where ${limit} are allowed`] : [];
	});
}

/** Requests that carried the key to where it does not belong. */
export function keyAstray({ requests }: Emulator): string[] {
	return requests
		.filter(({ path }) => !path.startsWith('/v1/'))
		.filter(({ path, headers }) => (path + JSON.stringify(headers)).includes(API_KEY))
		.map(({ method, path }) => `the key went along with ${method} ${path.replace(/\?.*/, '')}`);
}

/** A result as it is the same in every run: ids by their order, no times, no addresses. */
export function comparable(output: INodeExecutionData[]): string {
	const ids = new Map<string, string>();
	return JSON.stringify(output)
		.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
			const known = ids.get(id) ?? `id-${ids.size}`;
			ids.set(id, known);
			return known;
		})
		.replace(/\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)/g, 'time')
		.replace(/fake:\d+/g, 'stored')
		.replace(/http:\/\/127\.0\.0\.1:\d+/g, 'origin')
		.replace(/\?expires=\d+&signature=\w+/g, '?signed')
		.replace(/whsec_\w+/g, 'secret')
		.replace(/"(key_prefix)":"\w+"/g, '"$1":"prefix"')
		.replace(/("(?:duration_ms|response_time_ms)":)\d+/g, '$1"ms"')
		.replace(/"payload_bytes":"(\\.|[^"])*"/g, '"payload_bytes":"bytes"');
}
