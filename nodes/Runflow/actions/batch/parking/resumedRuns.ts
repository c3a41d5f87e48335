/**
 * Longer than a callback takes from n8n's look at the execution to its answer, and shorter than the
 * minute after which a resumed run can be parked again.
 */
const RECENT_MS = 5_000;

const resumed = new Map<string, { by: string; at: number }>();

/**
 * Whether this process had n8n go on with a run a moment ago, by the callback of another batch. The
 * callbacks of the last two batches may come at the same time, and each finds all of them finished:
 * n8n before 2.0 would run what comes after the node twice. The same callback again means that n8n
 * failed to go on, so it may resume the run once more, however soon it comes.
 */
export function wasResumedByAnother(
	run: string,
	batchId: string,
	now = performance.now(),
): boolean {
	for (const [other, { at }] of resumed) {
		if (now - at >= RECENT_MS) resumed.delete(other);
	}
	const last = resumed.get(run);
	return last !== undefined && last.by !== batchId;
}

/** Remembers that n8n goes on with a run because of the callback of a batch. */
export function rememberResumed(run: string, batchId: string, now = performance.now()): void {
	resumed.set(run, { by: batchId, at: now });
}
