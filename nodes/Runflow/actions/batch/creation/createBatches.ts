import type { IExecuteFunctions } from 'n8n-workflow';

import { connectFiles } from '../../../host/connection/connection';
import type { Api } from '../../../runflow';
import { attempted } from '../../attempted';
import { failedItem } from '../../failedItem';
import { readConcurrency } from '../../fields/requestOptions';
import { readInputMode } from '../input/inputFields';
import { readModelPath } from '../input/model';
import { readGoodRows } from '../input/goodRows';
import { rowKey, type Row } from '../input/row';
import type { Callback } from './callback';
import type { LeftOut } from './group';
import { failedRows, placedBatches, type Placement } from './carryOut/placement';
import { planAndSend, type Shape } from './carryOut/planAndSend';
import { openMemory } from './memory/memory';
import { itemsToRead, recallByPosition, rowsInBatches } from './memory/recall';
import { assertNotTooManyRows, enoughLeft } from './spending';
import { recallUnfinished } from './memory/unfinishedCalls';
import { uploadFiles } from './uploadFiles';

/**
 * Creates the batches for all input items, and none twice: what another try of this run made, or
 * may have made, is not planned anew. The rows of a model that takes no batches become runs.
 * Whatever fails, what exists is never hidden: without Continue On Fail the error names it, with it
 * it comes back beside the failed rows.
 *
 * @throws NodeOperationError for bad input, before anything is sent; NodeApiError for a refusal
 */
export async function createBatches(
	context: IExecuteFunctions,
	api: Api,
	callback: Callback,
	{ shape = 'batches', triesAgain = 0 }: { shape?: Shape; triesAgain?: number } = {},
): Promise<Placement> {
	const { memory, run } = openMemory(context);
	const due = await recallByPosition(api, memory, readConcurrency(context));
	if (triesAgain > 0) memory.mayTryAgain = triesAgain;
	const mode = readInputMode(context);
	const items = itemsToRead([...context.getInputData().keys()], mode, memory);
	const held = rowsInBatches(memory);
	const isOpen = (row: Row) => !held.has(rowKey(row));
	const reading = await readGoodRows(context, api, items, mode, isOpen);
	const open = reading.rows.filter(isOpen);
	assertNotTooManyRows(context, held.size + open.length);
	const assertEnoughLeft = enoughLeft(context, api);
	const access = await connectFiles(context);
	const upload = await uploadFiles(context, api, access, open, memory, assertEnoughLeft);
	const rows = await recallUnfinished(context, api, memory, upload.rows);
	const isAny = rows.length > 0 || memory.batches.some(({ id }) => id === undefined);
	if (isAny) await assertEnoughLeft();
	const leftOut = leftOutOf(context, [...reading.failures.keys(), ...upload.failures.keys()]);
	const sending = { api, memory, run, callback, mode, shape, tries: due, leftOut };
	const { failures, outcomes } = await planAndSend(context, rows, sending);
	return {
		placed: placedBatches(context, memory, outcomes),
		failed: [
			...[...new Map([...reading.failures, ...upload.failures, ...failures])].map(([item, error]) =>
				failedItem(context, error, item),
			),
			...failedRows(context, outcomes, memory),
		],
	};
}

/** The items that fail before anything is sent, as far as it is known which model they are for. */
function leftOutOf(context: IExecuteFunctions, items: number[]): LeftOut[] {
	return items.flatMap((item) => {
		const model = attempted(() => readModelPath(context, item));
		return 'value' in model ? [{ item, model: model.value }] : [];
	});
}
