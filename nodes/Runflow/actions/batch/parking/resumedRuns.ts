/**
 * Longer than a callback takes from n8n's look at the execution to its answer, and shorter than the
 * minute after which a resumed run can be parked again.
 */
const RECENT_MS = 5_000;

const resumedAt = new Map<string, number>();

/**
 * Whether this process had n8n go on with a run a moment ago. The callbacks of the last two batches
 * may come at the same time, and each finds all of them finished: n8n before 2.0 would run what comes
 * after the node twice. Later a genuine repeat may resume again what n8n failed to go on with.
 */
export function wasResumedJustNow(run: string, now = performance.now()): boolean {
	for (const [other, at] of resumedAt) {
		if (now - at >= RECENT_MS) resumedAt.delete(other);
	}
	return resumedAt.has(run);
}

/** Remembers that n8n goes on with a run. */
export function rememberResumed(run: string, now = performance.now()): void {
	resumedAt.set(run, now);
}
