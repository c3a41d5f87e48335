import { optionsField } from '../../fields/optionsField';
import { clientRefOption } from '../input/clientRef';
import { uploadBinaryOption } from '../input/rowFiles';
import { idempotencyKeyOption } from './keys';
import { noBatchesOptions } from './loneRows/takesNoBatches';
import { keepAtLeastOption, mostRowsOption } from './spending';

/** The options of every operation that creates batches. */
export const createOptionsField = optionsField([
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
]);
