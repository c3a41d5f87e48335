/**
 * Runflow repeats by itself only what was not acknowledged. So a repeat of an accepted callback means
 * that its acknowledgement was lost, and comes as soon as Runflow has given up waiting (some seconds)
 * and made its first pause. A minute covers that; later the same callback is one that somebody wants.
 */
const REMEMBERED_MS = 60_000;
const MOST_REMEMBERED = 10_000;

/**
 * Remembers for a short time what was accepted, in this process only: n8n loses static data that a
 * webhook writes while it starts an execution, and other processes cannot be asked. A repeat that
 * gets past it is one execution too many, never one too few.
 */
export class Repeats {
	private readonly acceptedAt = new Map<string, number>();

	/** Identifies a callback at one node of one workflow. */
	static key(workflowId: string, nodeId: string, identity: string): string {
		return JSON.stringify([workflowId, nodeId, identity]);
	}

	/** @param now milliseconds since 1970 */
	has(key: string, now: number): boolean {
		const at = this.acceptedAt.get(key);
		return at !== undefined && now - at < REMEMBERED_MS;
	}

	/** Remembers a key; the oldest ones make room. */
	add(key: string, now: number): void {
		this.acceptedAt.delete(key);
		this.acceptedAt.set(key, now);
		for (const [oldest, at] of this.acceptedAt) {
			const outdated = now - at >= REMEMBERED_MS;
			if (!outdated && this.acceptedAt.size <= MOST_REMEMBERED) break;
			this.acceptedAt.delete(oldest);
		}
	}

	forget(key: string): void {
		this.acceptedAt.delete(key);
	}
}
