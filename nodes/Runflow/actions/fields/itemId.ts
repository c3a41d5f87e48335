import { uuidField } from './uuidField';

/** The field that names one row of a batch. */
export const itemId = uuidField(
	'Item ID',
	'itemId',
	"The ID of the batch item, from the batch's items or from Batch Item > Get Many",
	"Use the 'id' of an entry in the batch's 'items', or of a Batch Item > Get Many item.",
);
