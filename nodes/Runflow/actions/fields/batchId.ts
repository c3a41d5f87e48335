import { uuidField } from './uuidField';

/** The field that names a batch. */
export const batchId = uuidField(
	'Batch ID',
	'batchId',
	'The ID of the batch. Batch > Create, rows and Runflow Trigger return it as batch_id.',
	"Use the 'batch_id' that Batch > Create and Runflow Trigger return.",
	'={{ $json.batch_id }}',
);
