import type { INodeProperties } from 'n8n-workflow';

import { optionsField } from '../../fields/optionsField';
import { clientRefOption } from '../input/clientRef';
import { uploadBinaryOption } from '../input/rowFiles';
import { triesOption } from './again/triesOption';
import { idempotencyKeyOption } from './keys';
import { noBatchesOptions } from './loneRows/takesNoBatches';
import { keepAtLeastOption, mostRowsOption } from './spending';

const options: INodeProperties[] = [
	clientRefOption,
	idempotencyKeyOption,
	...noBatchesOptions,
	keepAtLeastOption,
	{
		displayName: 'Metadata',
		name: 'metadata',
		type: 'json',
		default: '{}',
		description:
			'A JSON object that comes back in the batch and in its callback, e.g. { "order": 4711 }. It is read from the first item of each batch.',
	},
	mostRowsOption,
	uploadBinaryOption,
];

/** The options of every operation that creates batches. */
export const createOptionsField = optionsField(options);

/** The same, of one that has the results as well. */
export const createAndWaitOptionsField = optionsField([
	...options.slice(0, -1),
	triesOption,
	...options.slice(-1),
]);
