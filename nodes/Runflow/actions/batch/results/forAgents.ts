import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { detailsIn } from '../../../host/errors/errorOutput';
import { outcomeText } from './outcomeHint';
import { errorText } from './rowItems';
import { shortList } from './shortList';

/*
 * What comes back to an agent: it pays for every word it reads, and forgets what is at the start of a
 * long answer.
 */

const LONGEST_TEXT = 2_000;
const LONGEST_ERROR = 500;
const MOST_LINKS = 10;
// A link that is cut is none.
const LONGEST_LINK = 2_000;
const TEXT_FIELDS = /^(text|caption|description|content|answer|transcript)$/;

/**
 * Rows as an agent gets them: links and text instead of the model's whole output, twenty at the most,
 * and a word on all of them where there are more.
 */
export function rowsForAgents(items: INodeExecutionData[]): INodeExecutionData[] {
	return shortList(items, rowForAgents, `${outcomeText(items)}.`);
}

/** The same for rows that were read by themselves: those of a batch are told by their own IDs. */
export function readRowsForAgents(rows: IDataObject[], idName: 'id' | 'run_id'): IDataObject[] {
	const items = rows.map((json) => ({ json }));
	const summary = `${outcomeText(items)}.`;
	return shortList(items, rowForAgents, summary, idName).map(({ json }) => json);
}

/** A row in brief; what is no row comes back as it is. */
export function rowForAgents(json: IDataObject): IDataObject {
	const row = detailsIn(json);
	// Items for rows that never ran are short already.
	if (row.status_code === undefined) return json;
	const { status_code, error, output, client_ref, cost, tries, batch_id, run_id } = row;
	const text = textIn(output);
	return {
		status_code,
		...linksIn(row.urls),
		...(text === '' ? {} : { text }),
		...(error ? { error: cut(errorText({ error }), LONGEST_ERROR) } : {}),
		...(client_ref ? { client_ref } : {}),
		...(cost ? { cost } : {}),
		...(tries === undefined ? {} : { tries }),
		...(batch_id ? { batch_id } : { run_id }),
	};
}

/** Batches and runs that were just created: their IDs and states, twenty at the most. */
export function creationsForAgents(items: INodeExecutionData[]): INodeExecutionData[] {
	const created = items.filter(({ json }) => json.id !== undefined).length;
	return shortList(items, creationForAgents, `${created} of ${items.length} were created.`);
}

/** Batches and runs that an agent's patience was too short for, twenty at the most. */
export function handOversForAgents(items: INodeExecutionData[]): INodeExecutionData[] {
	return shortList(
		items,
		(json) => json,
		`Runflow is still working on some of the ${items.length} batches or runs of this call, and all of them are being paid for.`,
	);
}

/** A batch in brief: how far it is, and by which IDs its rows are read. */
export function batchForAgents(batch: IDataObject): IDataObject {
	const { status_code, items_total, items_succeeded, items_failed, items_cancelled, cost } = batch;
	const { failure_message: failure, items } = batch;
	const rows = Array.isArray(items) ? (items as IDataObject[]) : [];
	return {
		batch_id: batch.batch_id ?? batch.id,
		status_code,
		items_total,
		items_succeeded,
		items_failed,
		items_cancelled,
		...(cost ? { cost } : {}),
		...(typeof failure === 'string' ? { error: cut(failure, LONGEST_ERROR) } : {}),
		items: rows.map(({ id, status_code: state, client_ref }) => ({
			id,
			status_code: state,
			...(client_ref ? { client_ref } : {}),
		})),
	};
}

function creationForAgents(json: IDataObject): IDataObject {
	const { id, batch_id, run_id, status_code, items_total } = json;
	if (id === undefined) return json;
	return {
		...(batch_id ? { batch_id } : { run_id }),
		...(status_code === undefined ? {} : { status_code }),
		...(items_total === undefined ? {} : { items_total }),
	};
}

function linksIn(urls: unknown): IDataObject {
	if (!Array.isArray(urls)) return { urls: [] };
	const links = (urls as string[])
		.filter(({ length }) => length <= LONGEST_LINK)
		.slice(0, MOST_LINKS);
	const leftOut = urls.length - links.length;
	return { urls: links, ...(leftOut > 0 ? { urls_left_out: leftOut } : {}) };
}

/** What a model wrote: its output if that is text, or the texts in it. */
function textIn(output: unknown): string {
	return cut(typeof output === 'string' ? output : textsIn(output).join('\n'), LONGEST_TEXT);
}

function textsIn(value: unknown): string[] {
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([name, entry]: [string, unknown]) =>
		typeof entry === 'string' ? (TEXT_FIELDS.test(name) ? [entry] : []) : textsIn(entry),
	);
}

function cut(text: string, longest: number): string {
	return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
