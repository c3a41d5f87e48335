import { endedRun, getBatch, getRun, runState, terminalStatus, type Api } from '../../../runflow';
import { CONCURRENCY } from '../../fields/requestOptions';
import type { AwaitedBatch } from './awaiting';

const MOST_REMEMBERED = 20_000;

const finished = new Set<string>();

/** Remembers, in this process, that a batch which an execution waits for is finished; it stays so. */
export function rememberFinished(executionId: string, batchId: string): void {
	finished.add(keyOf(executionId, batchId));
	for (const oldest of finished) {
		if (finished.size <= MOST_REMEMBERED) break;
		finished.delete(oldest);
	}
}

/**
 * Whether all batches that an execution waits for are finished. Runflow is asked for those that are
 * not known to be, and no more once one is not: with a callback for each of n batches that makes
 * about 2 n requests instead of n².
 *
 * @param connect for the case that Runflow has to be asked
 * @throws what `getBatch` and `getRun` throw
 */
export async function allFinished(
	executionId: string,
	batches: AwaitedBatch[],
	connect: () => Promise<Api>,
): Promise<boolean> {
	// The last one first: batches finish about in the order of their creation.
	const unknown = batches.filter(({ id }) => !finished.has(keyOf(executionId, id))).toReversed();
	if (unknown.length === 0) return true;
	const api = await connect();
	const isFinished = async ({ id, isRun }: AwaitedBatch) => {
		const read = async () =>
			isRun ? runState(endedRun(await getRun(api, id))) : (await getBatch(api, id)).status_code;
		const isOver = (status: string) => terminalStatus(status) !== undefined;
		// Reads can be behind callbacks; of two last ones at two processes neither knows of the other.
		if (!isOver(await api.readAgain(await read(), read, isOver))) return false;
		rememberFinished(executionId, id);
		return true;
	};
	if (!(await isFinished(unknown[0]))) return false;
	for (let asked = 1; asked < unknown.length; asked += CONCURRENCY) {
		const answers = await Promise.all(unknown.slice(asked, asked + CONCURRENCY).map(isFinished));
		if (answers.includes(false)) return false;
	}
	return true;
}

function keyOf(executionId: string, batchId: string): string {
	return `${executionId} ${batchId}`;
}
