import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

const MOST_SHOWN = 20;
const MOST_IDS = 100;

/**
 * A list as an agent gets it: the first twenty items in brief, and where there are more a message with
 * the IDs by which the others can be read, since they may be paid for.
 *
 * @param brief what is shown of an item
 * @param summary a sentence on all of them
 * @param idName by which of its own IDs an item is read; by default its batch's, or else its run's
 */
export function shortList(
	items: INodeExecutionData[],
	brief: (json: IDataObject) => IDataObject,
	summary: string,
	idName?: 'id' | 'run_id',
): INodeExecutionData[] {
	const shown = items.slice(0, MOST_SHOWN).map((item) => ({ ...item, json: brief(item.json) }));
	const others = items.slice(MOST_SHOWN).map(({ json }) => json);
	if (others.length === 0) return shown;
	const message = [summary, `These are the first ${MOST_SHOWN}.`, ...whereToRead(others, idName)];
	return [...shown, { json: { message: message.join(' ') }, pairedItem: { item: 0 } }];
}

function whereToRead(others: IDataObject[], idName: 'id' | 'run_id' | undefined): string[] {
	const idsOf = (name: string, rows: IDataObject[]) => rows.map((json) => json[name]);
	if (idName) return named('ID', idsOf(idName, others));
	const lone = others.filter(({ batch_id }) => !batch_id);
	return [
		...named('the ID of their batch', idsOf('batch_id', others)),
		...named('the ID of their run', idsOf('run_id', lone)),
	];
}

function named(what: string, ids: unknown[]): string[] {
	const each = [...new Set(ids.filter((id) => typeof id === 'string'))];
	if (each.length === 0) return [];
	const left = each.length - MOST_IDS;
	const more = left > 0 ? ` and ${left} more` : '';
	return [`Read the others by ${what}: ${each.slice(0, MOST_IDS).join(', ')}${more}.`];
}
