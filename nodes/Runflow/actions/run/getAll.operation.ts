import type { IExecuteFunctions } from 'n8n-workflow';

import { isTool } from '../../host/run/nodeRun';
import { listRuns } from '../../runflow';
import { readRowsForAgents } from '../batch/results/forAgents';
import { limitFields, readLimit } from '../fields/limitFields';
import { readSimplify, simplifyField } from '../fields/simplifyField';
import { inputError, quote } from '../inputError';
import { fieldsFor, type ItemOperation } from '../operation';
import { runJson } from './simplifiedRun';

/** Run > Get Many: the organization's runs, those of batches among them. */
export const getAll: ItemOperation = {
	fields: fieldsFor(
		'run',
		['getAll'],
		[
			...limitFields,
			{
				displayName: 'Filters',
				name: 'filters',
				type: 'collection',
				placeholder: 'Add filter',
				default: {},
				options: [
					{
						displayName: 'Client Ref',
						name: 'clientRef',
						type: 'string',
						default: '',
						placeholder: 'e.g. SHOE-41',
						description:
							'The exact client_ref of the run in Runflow. Rows of batches have your label there. Runs that this node created have a client_ref made by the node, and your label in their metadata.',
					},
				],
			},
			simplifyField,
		],
	),

	async executeItem(api, itemIndex) {
		const simplify = readSimplify(this, itemIndex);
		const runs = await listRuns(api, {
			clientRef: readClientRef(this, itemIndex),
			most: readLimit(this, itemIndex),
		});
		const rows = runs.map((run) => runJson(run, simplify));
		return isTool(this) ? readRowsForAgents(rows, 'run_id') : rows;
	},
};

function readClientRef(context: IExecuteFunctions, itemIndex: number): string {
	const given: unknown = context.getNodeParameter('filters.clientRef', itemIndex, '') ?? '';
	const ref = String(given).trim();
	if (!/['\\]/.test(ref)) return ref;
	throw inputError(
		context,
		itemIndex,
		'Client Ref',
		`cannot contain ' or \\ in a filter, but is ${quote(given)}`,
		'Runflow does not document how to write them there. Get the runs without this filter, and filter them after the node.',
	);
}
