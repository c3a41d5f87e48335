import { uuidField } from './uuidField';

/** The field that names a batch. */
export const batchId = uuidField(
	'Batch ID',
	'batchId',
	'The ID of the batch, as Create or Runflow Trigger returns it',
	"Use the 'id' that Batch > Create returns, or the 'batch_id' of a Runflow Trigger item.",
);
