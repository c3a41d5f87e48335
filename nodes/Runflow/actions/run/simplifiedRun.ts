import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { bareRow, runRow, type Run } from '../../runflow';

/** Whether to leave out what workflows rarely need: a run has some 40 fields. */
export const simplifyField: INodeProperties = {
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
};

/** A run as output, in the shape of a row. */
export function runJson(run: Run, simplify: boolean): IDataObject {
	const row = runRow(run);
	if (!simplify) return row as IDataObject;
	const { metadata = null, duration_ms = null, created_at = null, completed_at = null } = run;
	return { ...bareRow(row), metadata, duration_ms, created_at, completed_at } as IDataObject;
}
