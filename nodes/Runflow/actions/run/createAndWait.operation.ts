import { downloadFilesFields } from '../batch/results/downloadFiles';
import { includedFieldsFields } from '../batch/results/includedFields';
import { rowsToResults } from '../batch/rowsToResults';
import { fieldsFor, type InputOperation } from '../operation';
import { runAndWaitOptionsField, runInputFields, runWaitFields } from './runFields';

/** Run > Create and Wait: a run for each input item, and its result on the same item. */
export const createAndWait: InputOperation = {
	fields: fieldsFor(
		'run',
		['createAndWait'],
		[
			...runInputFields,
			...runWaitFields,
			...downloadFilesFields,
			...includedFieldsFields,
			runAndWaitOptionsField,
		],
	),

	async executeInput(api) {
		return await rowsToResults(this, api, 'runs');
	},
};
