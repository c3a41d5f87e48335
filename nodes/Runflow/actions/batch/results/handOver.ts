import type { IDataObject } from 'n8n-workflow';

import { normalizeStatus, terminalStatus, type Batch } from '../../../runflow';

/**
 * What an AI agent gets when its patience ends before a batch is finished. It is a result and no
 * error, since agents repeat what failed, and a repeated creation is paid for again.
 *
 * @param isContinued whether the same call again waits for this batch
 */
export function handOver(
	batchId: string,
	state: Batch | undefined,
	isContinued: boolean,
): IDataObject {
	const status = normalizeStatus(state?.status_code ?? 'unknown');
	const isFinished = terminalStatus(status) !== undefined;
	return {
		batch_id: batchId,
		status_code: status,
		...(state?.items_total === undefined ? {} : { items_total: state.items_total }),
		message: isFinished
			? `Batch ${batchId} is finished (${status}), but other batches of this call are not. Its results can be read by its ID.`
			: `Runflow is still working on batch ${batchId}. It exists and is being paid for: ${isContinued ? 'call this tool again with the very same input to wait for it, or read' : 'do not create it again. Read'} it by its ID later.`,
	};
}
