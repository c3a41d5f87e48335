import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isDecimal, sumOfDecimals } from '../../../runflow';
import { detailsIn } from '../../../host/errors/errorOutput';
import { showHint } from '../../../host/run/executionHint';
import { errorText } from './rowItems';

const LONGEST_ERROR = 200;

/** Says in the output panel what became of the rows, and what they cost. */
export function hintAtOutcome(context: IExecuteFunctions, items: INodeExecutionData[]): void {
	if (items.length === 0) return;
	const isWhole = items.every(({ json }) => !json.error && unsavedFiles(json).length === 0);
	showHint(context, outcomeText(items), isWhole ? 'info' : 'warning');
}

/** E.g. "18 of 20 rows succeeded, cost 2.80; first failure, item 3: The model failed on this row". */
export function outcomeText(items: INodeExecutionData[]): string {
	const succeeded = items.filter(({ json }) => json.status_code === 'succeeded');
	const later = succeeded.filter(({ json }) => Number(json.tries ?? 1) > 1).length;
	const costs = items
		.map(({ json }) => detailsIn(json).cost)
		.filter((cost): cost is string => typeof cost === 'string' && isDecimal(cost));
	const firstFailed = items.find(({ json }) => json.error);
	const files = items.flatMap(({ json }) => (Array.isArray(json.files) ? json.files : []));
	const unsaved = items.flatMap(({ json }) => unsavedFiles(json));
	return [
		`${succeeded.length} of ${items.length} ${items.length === 1 ? 'row' : 'rows'} succeeded`,
		later > 0 ? ` (${later} after another try)` : '',
		costs.length > 0 ? `, cost ${sumOfDecimals(costs)}` : '',
		firstFailed
			? `; first failure${placeOf(firstFailed)}: ${shortened(errorText(firstFailed.json))}`
			: '',
		unsaved.length > 0
			? `; ${unsaved.length} of ${files.length} files not downloaded: ${shortened(unsaved[0])}`
			: '',
	].join('');
}

/** Why files of a row could not be downloaded. */
function unsavedFiles({ files }: IDataObject): string[] {
	if (!Array.isArray(files)) return [];
	return (files as IDataObject[]).flatMap(({ error }) =>
		typeof error === 'string' ? [error] : [],
	);
}

function placeOf({ pairedItem }: INodeExecutionData): string {
	const item = typeof pairedItem === 'object' && 'item' in pairedItem ? pairedItem.item : undefined;
	return item === undefined ? '' : `, item ${item}`;
}

function shortened(text: string): string {
	return text.length > LONGEST_ERROR ? `${text.slice(0, LONGEST_ERROR)}…` : text;
}
