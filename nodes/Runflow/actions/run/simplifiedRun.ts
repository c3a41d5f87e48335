import type { IDataObject } from 'n8n-workflow';

import { bareRow, runRow, type Run } from '../../runflow';

/** A run as output, in the shape of a row; simplified without most of its some 40 fields. */
export function runJson(run: Run, simplify: boolean): IDataObject {
	const row = runRow(run);
	if (!simplify) return row as IDataObject;
	const { metadata = null, duration_ms = null, created_at = null, completed_at = null } = run;
	return { ...bareRow(row), metadata, duration_ms, created_at, completed_at } as IDataObject;
}
