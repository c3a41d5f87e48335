import type { IExecuteFunctions } from 'n8n-workflow';

import type { Api } from '../../../runflow';
import { problemsOf } from '../../inputError';
import { errorForProblems } from '../../inputProblems';
import { checkDeclared } from './declaredRows';
import type { InputMode } from './inputFields';
import { readRows, type RowReading } from './readRows';
import type { Row } from './row';
import { keepUnused } from './unusedColumns';

/**
 * Reads the rows of input items, and checks all of them against what their models declare before
 * anything is created. The fields of Map Fields are in the workflow; for JSON a model is read.
 *
 * @param isOpen whether a row is still to be created
 * @throws NodeOperationError about all bad rows together, unless n8n continues on fail
 */
export async function readGoodRows(
	context: IExecuteFunctions,
	api: Api,
	items: number[],
	mode: InputMode,
	isOpen: (row: Row) => boolean,
): Promise<RowReading> {
	const read = await readRows(context, items, mode);
	assertGood(context, read);
	const reading =
		mode === 'mapFields' ? read : await checkDeclared(context, api, read, mode, isOpen);
	assertGood(context, reading);
	keepUnused(context, reading.unused);
	return reading;
}

function assertGood(context: IExecuteFunctions, { failures }: RowReading): void {
	if (failures.size === 0 || context.continueOnFail()) return;
	const problems = [...failures.values()].flatMap(problemsOf);
	// What is no problem of an input was thrown by n8n, and ended the reading.
	if (problems.length === 0) throw [...failures.values()][0];
	throw errorForProblems(context, problems, 'Nothing was sent.');
}
