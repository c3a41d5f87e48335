import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { NodeRun } from '../../../host/run/nodeRun';
import { idempotencyKey } from '../../../runflow';
import { inputError, quote } from '../../inputError';
import type { RememberedBatch, RunMemory } from './memory/memory';

/** The option that gives creations a key of the person's own. */
export const idempotencyKeyOption: INodeProperties = {
	displayName: 'Idempotency Key',
	name: 'idempotencyKey',
	type: 'string',
	default: '',
	placeholder: 'e.g. order-4711',
	description:
		'Runflow answers a key that it already knows with the batch that exists, so that nothing is paid for twice. It is read from the first item of each batch. Leave it empty to let the node make a key. If one run uses the same key for several batches, the later ones get -2, -3 and so on appended.',
};

/** A key, and the person's own that it stands for where there is one. */
export type Key = Pick<RememberedBatch, 'key' | 'ownKey'>;

/**
 * The key for a batch whose first item is given: the person's own as it stands, with a number where
 * this run has used it for another batch, or one that the node makes.
 *
 * @param taken keys that other batches have; the new one is added
 * @param place the batch's place in the run
 * @param suffix put behind a key of the person's own
 * @throws NodeOperationError for an own key that no header can carry
 */
export function keyOf(
	context: IExecuteFunctions,
	item: number,
	taken: Set<string>,
	memory: RunMemory,
	run: NodeRun,
	place: Array<string | number>,
	suffix = '',
): Key {
	const given = readOwnKey(context, item);
	if (given === undefined) return { key: next(madeKey(memory, run, place), taken) };
	const ownKey = `${given}${suffix}`;
	return { key: numbered(ownKey, taken), ownKey };
}

/** Another key for a batch whose own gave nothing of use; it is taken then. */
export function anotherKey({ key, ownKey }: Key, taken: Set<string>): string {
	return ownKey === undefined ? next(after(key), taken) : numbered(ownKey, taken);
}

/**
 * The keys that batches of this run have, or had before they came to nothing. A person's own key of a
 * batch that nobody wants now stands as it is: under it Runflow may tell of the conflict. So does the
 * key of one that Runflow did not know: under it Runflow gives it back.
 */
export function takenKeys({ batches, earlier, spentKeys }: RunMemory): Set<string> {
	const made = earlier.filter(({ ownKey, isUnseen }) => ownKey === undefined && !isUnseen);
	return new Set([...[...batches, ...made].map(({ key }) => key), ...spentKeys]);
}

/** The first key of a chain that no other batch has. */
function next(first: string, taken: Set<string>): string {
	let key = first;
	while (taken.has(key)) key = after(key);
	taken.add(key);
	return key;
}

function after(key: string): string {
	return idempotencyKey([key, 'again']);
}

function numbered(ownKey: string, taken: Set<string>): string {
	let key = ownKey;
	for (let number = 2; taken.has(key); number++) key = `${ownKey}-${number}`;
	taken.add(key);
	return key;
}

/**
 * The first key of a place: made of this instance, workflow, run and place, and of nothing that
 * differs between one way to these rows and another. However often Retry is pressed, on whichever
 * execution of a chain, and whatever a killed n8n has forgotten, the same place asks under the same
 * keys in the same order, and so meets what exists, or a conflict where the content is another one by
 * then.
 */
function madeKey(
	{ origin }: RunMemory,
	{ instanceId, workflowId, nodeId, runIndex }: NodeRun,
	place: Array<string | number>,
): string {
	return idempotencyKey([instanceId, workflowId, origin, nodeId, runIndex, ...place]);
}

function readOwnKey(context: IExecuteFunctions, item: number): string | undefined {
	// An expression that finds nothing gives null, which must not become the key of many executions.
	const key = String(context.getNodeParameter('options.idempotencyKey', item, '') ?? '').trim();
	if (key === '') return undefined;
	if (/^[\x21-\x7e]{1,200}$/.test(key)) return key;
	throw inputError(
		context,
		item,
		'Idempotency Key',
		`may have at most 200 letters, digits and signs, and no spaces, but is ${quote(key)}`,
		'It travels in an HTTP header. Use e.g. an order number.',
	);
}
