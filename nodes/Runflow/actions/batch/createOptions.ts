import type { INodeProperties } from 'n8n-workflow';

import { uploadBinaryOption } from './rowFiles';

/** The options of every operation that creates batches. */
export const createOptionsField: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [
		{
			displayName: 'Client Ref',
			name: 'clientRef',
			type: 'string',
			default: '',
			placeholder: 'e.g. {{ $json.sku }}',
			description:
				'A label of up to 255 characters that comes back with each batch item. A client_ref inside the JSON goes first.',
		},
		{
			displayName: 'Idempotency Key',
			name: 'idempotencyKey',
			type: 'string',
			default: '',
			placeholder: 'e.g. order-4711',
			description:
				'Makes a creation the same one wherever it is repeated: Runflow answers a repeated key with the batch that exists. Empty for a key of this execution, node, loop round and content. Further batches of one run get -2, -3 and so on appended.',
		},
		{
			displayName: 'Metadata',
			name: 'metadata',
			type: 'json',
			default: '{}',
			description:
				'A JSON object that comes back in the batch and in its callback, e.g. { "order": 4711 }',
		},
		uploadBinaryOption,
	],
};
