import type { IDataObject } from 'n8n-workflow';

import { normalizeStatus, terminalStatus, type Batch } from '../../../runflow';

/**
 * What an AI agent gets when its patience ends before a batch or run is finished. It is a result and no
 * error, since agents repeat what failed, and a repeated creation is paid for again.
 *
 * @param isContinued whether the same call again waits for it
 */
export function handOver(
	{ id, isRun }: { id: string; isRun?: boolean },
	state: Batch | undefined,
	isContinued: boolean,
): IDataObject {
	const status = normalizeStatus(state?.status_code ?? 'unknown');
	const isFinished = terminalStatus(status) !== undefined;
	return {
		...(isRun ? { run_id: id } : { batch_id: id }),
		status_code: status,
		...(state?.items_total === undefined ? {} : { items_total: state.items_total }),
		message: isFinished
			? `${isRun ? 'Run' : 'Batch'} ${id} is finished (${status}), but others of this call are not. Its results can be read by its ID.`
			: `Runflow is still working on ${isRun ? 'run' : 'batch'} ${id}. It exists and is being paid for: ${isContinued ? 'call this tool again with the very same input to wait for it, or read' : 'do not create it again. Read'} it by its ID later.`,
	};
}
