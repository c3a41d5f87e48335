import { uuidField } from './uuidField';

/** The field that names a run. */
export const runId = uuidField(
	'Run ID',
	'runId',
	'The ID of the run, as Create or Runflow Trigger returns it',
	"Use the 'id' that Run > Create returns, or the 'run_id' of a row or of a Runflow Trigger item.",
);
