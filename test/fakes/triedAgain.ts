import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Emulator } from '../emulator/emulator.ts';
import type { Try } from './executionChain.ts';

/** Three rows, or as many as there are prompts, tried again as often as is said. */
export const rowsOf =
	(prompts: string[], times = 1, more: IDataObject = {}) =>
	(item: number): IDataObject => ({
		itemJson: { row: item, prompt: prompts[item] },
		onFailedItems: 'output',
		options: { tryFailedRowsAgain: times },
		...more,
	});
export const trying = (prompts: string[], times = 1, more: IDataObject = {}): Try => ({
	of: rowsOf(prompts, times, more),
	items: prompts.length,
});
/** How many tries each row took. */
export const tries = (items: INodeExecutionData[]) => items.map(({ json }) => json.tries);
/** How many rows each batch had. */
export const rowsSent = (emulator: Emulator) =>
	[...emulator.batches.values()].map(({ items }) => items.length);
export const posts = (emulator: Emulator) =>
	emulator.requests.filter(({ method }) => method === 'POST');
export const refuse = (emulator: Emulator, skip: number, status = 402) =>
	emulator.faults.add({ on: /^POST .*\/batches$/, kind: 'status', status, skip, times: 1 });
export const loseAnswers = (emulator: Emulator, skip: number) =>
	emulator.faults.add({ on: /^POST .*\/batches$/, kind: 'reset-after', skip, times: 5 });
