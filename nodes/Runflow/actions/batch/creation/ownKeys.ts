import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import { inputError, quote } from '../../inputError';

/** The option that gives creations a key of the person's own. */
export const idempotencyKeyOption: INodeProperties = {
	displayName: 'Idempotency Key',
	name: 'idempotencyKey',
	type: 'string',
	default: '',
	placeholder: 'e.g. order-4711',
	description:
		'Makes a creation the same one wherever it is repeated: Runflow answers a repeated key with the batch that exists. It is read from the first item of each batch. Empty for a key that the node makes by itself. Where one run uses the same key for several batches, the second and later ones get -2, -3 and so on appended.',
};

/** Hands out the keys of one run: each as it stands, and with a number where it is taken already. */
export class OwnKeys {
	private readonly taken: Set<string>;

	/** @param taken keys that batches of this run have already */
	constructor(taken: Iterable<string>) {
		this.taken = new Set(taken);
	}

	/** The key for a batch whose first item is given; `undefined` where the person gave none. Throws NodeOperationError. */
	take(context: IExecuteFunctions, item: number, suffix = ''): string | undefined {
		const given = readOwnKey(context, item);
		if (given === undefined) return undefined;
		const own = `${given}${suffix}`;
		let key = own;
		for (let number = 2; this.taken.has(key); number++) key = `${own}-${number}`;
		this.taken.add(key);
		return key;
	}
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
