import { fieldsFor, type InputOperation } from '../operation';
import { createAndWaitOptionsField } from './creation/createOptions';
import { inputFields } from './input/inputFields';
import { modelField } from './input/model';
import { waitFields } from './parking/waitSettings';
import { downloadFilesFields } from './results/downloadFiles';
import { includedFieldsFields } from './results/includedFields';
import { rowsToResults } from './rowsToResults';

/** Batch > Create and Wait: rows in, results out. */
export const createAndWait: InputOperation = {
	fields: fieldsFor(
		'batch',
		['createAndWait'],
		[
			modelField,
			...inputFields,
			...waitFields,
			...downloadFilesFields,
			...includedFieldsFields,
			createAndWaitOptionsField,
		],
	),

	async executeInput(api) {
		return await rowsToResults(this, api, 'batches');
	},
};
