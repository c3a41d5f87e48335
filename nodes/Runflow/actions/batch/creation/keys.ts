import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { NodeRun } from '../../../host/run/nodeRun';
import { idempotencyKey } from '../../../runflow';
import { inputError, quote } from '../../inputError';
import type { RememberedBatch, RunMemory } from './memory';

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
	if (given === undefined) return { key: madeKey(memory, run, place) };
	const ownKey = `${given}${suffix}`;
	return { key: numbered(ownKey, taken), ownKey };
}

/** Another key for a batch whose own gave nothing of use. */
export function anotherKey({ key, ownKey }: Key, taken: Set<string>): string {
	return ownKey === undefined ? idempotencyKey([key, 'again']) : numbered(ownKey, taken);
}

/** The person's own keys that batches of this run have, or had before they came to nothing. */
export function takenKeys({ batches, earlier, spentKeys }: RunMemory): Set<string> {
	return new Set([...[...batches, ...earlier].map(({ key }) => key), ...spentKeys]);
}

function numbered(ownKey: string, taken: Set<string>): string {
	let key = ownKey;
	for (let number = 2; taken.has(key); number++) key = `${ownKey}-${number}`;
	taken.add(key);
	return key;
}

/**
 * A key of this instance, workflow, run and place. In the first try that is all: should n8n be
 * killed and forget it, another one at the same place meets the batch that exists, or a conflict
 * where the content is another one by then. Later tries remember, and what they make anew is known
 * by what it is made from. Neither the callback's address nor what a changing expression says is a
 * part of it, so that n8n's Retry pressed twice makes nothing twice.
 */
function madeKey(
	{ origin, tries, source }: RunMemory,
	{ instanceId, workflowId, nodeId, runIndex }: NodeRun,
	place: Array<string | number>,
): string {
	const known = tries === 0 ? [] : [tries, source];
	return idempotencyKey([instanceId, workflowId, origin, nodeId, runIndex, ...place, ...known]);
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
		`may have 200 letters, digits and signs without blanks, but is ${quote(key)}`,
		'It travels in an HTTP header. Use e.g. an order number.',
	);
}
