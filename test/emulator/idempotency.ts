import { createHash } from 'node:crypto';

import type { ApiRequest } from './apiRequest.ts';
import type { Readings } from './readings.ts';
import { ApiError } from './reply.ts';
import type { Reply } from './reply.ts';

interface Entry {
	fingerprint: string;
	reply: Promise<Reply>;
	underWay: boolean;
}

/** Replays the first 201, or what else the readings say, to requests that repeat an Idempotency-Key. */
export class Idempotency {
	#entries = new Map<string, Entry>();
	#readings: Readings;

	constructor(readings: Readings) {
		this.#readings = readings;
	}

	/** Does the work once per key; a repeat while it is under way waits for it. */
	async run(request: ApiRequest, work: () => Promise<Reply>): Promise<Reply> {
		const key = request.headers['idempotency-key'];
		if (typeof key !== 'string' || key === '') return await work();
		const fingerprint = fingerprintOf(request);
		for (let known = this.#entries.get(key); known; known = this.#entries.get(key)) {
			if (known.fingerprint !== fingerprint) {
				const message = 'This Idempotency-Key was used with another request body';
				throw new ApiError(409, 'CONFLICT', message);
			}
			if (known.underWay && this.#readings.inFlightDuplicate === 'conflict') {
				const message = 'A request with this Idempotency-Key is being worked on';
				throw new ApiError(409, 'CONFLICT', message);
			}
			if (this.#readings.rememberFailures) return await known.reply;
			const reply = await known.reply.catch(() => null);
			if (reply) return reply;
		}
		const entry = { fingerprint, reply: work(), underWay: true };
		this.#entries.set(key, entry);
		try {
			const reply = await entry.reply;
			this.#settle(key, entry, reply.status < 300);
			return reply;
		} catch (error) {
			this.#settle(key, entry, false);
			throw error;
		}
	}

	/** Takes note of a failure that came from elsewhere, where failures are remembered. */
	noteFailure(request: ApiRequest, reply: Reply): void {
		const key = request.headers['idempotency-key'];
		const { rememberFailures, runKeys } = this.#readings;
		if (!rememberFailures || typeof key !== 'string' || reply.status < 400) return;
		if (runKeys === 'ignored' && request.path.endsWith('/runs')) return;
		if (this.#entries.has(key)) return;
		const fingerprint = fingerprintOf(request);
		this.#entries.set(key, { fingerprint, reply: Promise.resolve(reply), underWay: false });
	}

	#settle(key: string, entry: Entry, created: boolean): void {
		entry.underWay = false;
		if (!created && !this.#readings.rememberFailures) this.#entries.delete(key);
	}
}

function fingerprintOf({ method, path, body }: ApiRequest): string {
	return createHash('sha256').update(`${method} ${path}\n`).update(body).digest('hex');
}
