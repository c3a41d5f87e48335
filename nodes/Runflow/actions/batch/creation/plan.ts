import type { IExecuteFunctions } from 'n8n-workflow';

import type { NodeRun } from '../../../host/run/nodeRun';
import { readJsonObject } from '../../fields/jsonField';
import { attempted } from '../../attempted';
import { callbackUrlOf, resumes, type Callback } from './callback';
import type { Group } from './group';
import { keyOf } from './keys';
import { fingerprint, type RememberedBatch, type RunMemory } from './memory/memory';

/** The batches to create, and the items whose batch could not be planned. */
export interface Planning {
	/** Complete, each with the request that creates it. */
	batches: RememberedBatch[];
	failures: Map<number, unknown>;
}

/**
 * Plans a batch for each group. What belongs to the whole batch (metadata, callback, key) is read
 * once, from its first item.
 *
 * @param taken keys that other batches have; those of the new ones are added
 * @throws NodeOperationError for the first group that cannot be planned, unless n8n continues on fail
 */
export function planBatches(
	context: IExecuteFunctions,
	groups: Group[],
	callback: Callback,
	memory: RunMemory,
	run: NodeRun,
	taken: Set<string>,
): Planning {
	const goOn = context.continueOnFail();
	const failures = new Map<number, unknown>();
	const batches = groups.flatMap((group) => {
		const attempt = attempted(() => plan(context, group, callback, memory, run, taken));
		if ('value' in attempt) return [attempt.value];
		if (!goOn) throw attempt.error;
		for (const { item } of group.rows) failures.set(item, attempt.error);
		return [];
	});
	return { batches, failures };
}

function plan(
	context: IExecuteFunctions,
	{ model, place, rows, isTooLargeToCallBack }: Group,
	callback: Callback,
	memory: RunMemory,
	run: NodeRun,
	taken: Set<string>,
): RememberedBatch {
	const [first] = rows;
	const metadata = readJsonObject(context, first.item, 'options.metadata', 'Metadata');
	const content = JSON.stringify({
		input: rows.map(({ input }) => input),
		...(metadata ? { metadata } : {}),
	});
	const url = callbackUrlOf(context, first.item, callback, isTooLargeToCallBack);
	const isArray = rows.some(({ element }) => element > 0);
	return {
		...keyOf(context, first.item, taken, memory, run, [place.item, place.element, model]),
		model,
		items: rows.map(({ item }) => item),
		...(isArray ? { elements: rows.map(({ element }) => element) } : {}),
		content: rows.map(fingerprint).join(''),
		source: memory.source,
		callsBack: resumes(callback) && url !== undefined,
		body:
			url === undefined
				? content
				: `${content.slice(0, -1)},"callback_url":${JSON.stringify(url)}}`,
	};
}
