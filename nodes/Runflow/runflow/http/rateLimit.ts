import { createHash } from 'node:crypto';

import type { Clock } from '../clock';

const SPREAD_MS = 100;

/**
 * Holds back every request of one account once Runflow says 429 to one of them: the limit counts
 * per organization, so the others would only be refused as well.
 * Source: docs.runflow.io, concepts/rate-limits.
 */
export class RateLimitGate {
	private openAt = 0;

	/** Closes the gate for so many milliseconds from now. */
	hold(ms: number, clock: Clock): void {
		this.openAt = Math.max(this.openAt, clock.now() + ms);
	}

	/** Resolves when the gate is open; those who waited go on spread over a tenth of a second. */
	async pass(clock: Clock, signal?: AbortSignal): Promise<void> {
		const wait = this.openAt - clock.now();
		if (wait > 0) await clock.pause(wait + clock.random() * SPREAD_MS, signal);
	}
}

const gates = new Map<string, RateLimitGate>();
const MOST_GATES = 1_000;

/**
 * The gate of an account, shared by all nodes and executions of this process.
 *
 * @param account whatever tells accounts apart: base URL, organization, key
 */
export function rateLimitGate(account: readonly string[]): RateLimitGate {
	const key = createHash('sha256').update(JSON.stringify(account)).digest('base64');
	const gate = gates.get(key) ?? new RateLimitGate();
	if (gates.size >= MOST_GATES) gates.clear();
	gates.set(key, gate);
	return gate;
}
