import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { outcomeText } from './outcomeHint';
import { errorText } from './rowItems';

/** An agent pays for every word it reads, and forgets what is at the start of a long answer. */
const MOST_ROWS = 20;
const LONGEST_TEXT = 2_000;
const TEXT_FIELDS = /^(text|caption|description|content|answer|transcript)$/;

/**
 * Rows as an agent gets them: links and text instead of the model's whole output, twenty at the most,
 * and a word on all of them where there are more.
 */
export function rowsForAgents(items: INodeExecutionData[]): INodeExecutionData[] {
	const shown = items
		.slice(0, MOST_ROWS)
		.map((item) => ({ ...item, json: rowForAgents(item.json) }));
	if (items.length <= MOST_ROWS) return shown;
	const ids = [...new Set(items.map(({ json }) => json.batch_id).filter(Boolean))];
	const where =
		ids.length > 0 ? ` Read the others by the ID of their batch: ${ids.join(', ')}.` : '';
	return [
		...shown,
		{
			json: { message: `${outcomeText(items)}. These are the first ${MOST_ROWS}.${where}` },
			pairedItem: { item: 0 },
		},
	];
}

/** A row in brief; what is no row comes back as it is. */
export function rowForAgents(json: IDataObject): IDataObject {
	// Items for rows that never ran are short already.
	if (json.status_code === undefined) return json;
	const { status_code, urls, error, output, client_ref, cost, batch_id, run_id } = json;
	const text = textIn(output);
	return {
		status_code,
		urls,
		...(text === '' ? {} : { text }),
		...(error ? { error: errorText({ error }) } : {}),
		...(client_ref ? { client_ref } : {}),
		...(cost ? { cost } : {}),
		...(batch_id ? { batch_id } : { run_id }),
	};
}

/** What a model wrote: its output if that is text, or the texts in it. */
function textIn(output: unknown): string {
	const text = typeof output === 'string' ? output : textsIn(output).join('\n');
	return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}

function textsIn(value: unknown): string[] {
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([name, entry]: [string, unknown]) =>
		typeof entry === 'string' ? (TEXT_FIELDS.test(name) ? [entry] : []) : textsIn(entry),
	);
}
