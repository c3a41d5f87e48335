import { isTool } from '../../host/run/nodeRun';
import { getRun } from '../../runflow';
import { rowForAgents } from '../batch/results/forAgents';
import { runId } from '../fields/runId';
import { readSimplify, simplifyField } from '../fields/simplifyField';
import { fieldsFor, type ItemOperation } from '../operation';
import { runJson } from './simplifiedRun';

/** Run > Get: one run with its result; links in its output are signed anew. */
export const get: ItemOperation = {
	fields: fieldsFor('run', ['get'], [runId.field, simplifyField]),

	async executeItem(api, itemIndex) {
		const run = await getRun(api, runId.read(this, itemIndex));
		const json = runJson(run, readSimplify(this, itemIndex));
		return isTool(this) ? rowForAgents(json) : json;
	},
};
