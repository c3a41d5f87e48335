import type { IDataObject } from 'n8n-workflow';

import { normalizeStatus, terminalStatus, type Batch } from '../../../runflow';

/**
 * What an AI agent gets when its patience ends before a batch is finished. It is a result and no
 * error, since agents repeat what failed, and a repeated creation is paid for again.
 */
export function handOver(batchId: string, state: Batch | undefined): IDataObject {
	const status = normalizeStatus(state?.status_code ?? 'unknown');
	const isFinished = terminalStatus(status) !== undefined;
	return {
		batch_id: batchId,
		status_code: status,
		...(state?.items_total === undefined ? {} : { items_total: state.items_total }),
		message: isFinished
			? `Batch ${batchId} is finished (${status}), but other batches of this call are not. Its results can be read by its ID.`
			: `Runflow is still working on batch ${batchId}. It exists and is being paid for: do not create it again. Read it by its ID later.`,
	};
}
