import { createHash } from 'node:crypto';

import type { ApiRequest } from './apiRequest.ts';
import { ApiError } from './reply.ts';
import type { Reply } from './reply.ts';

interface Entry {
	fingerprint: string;
	reply: Promise<Reply>;
}

/** Replays the first 201 to requests that repeat an Idempotency-Key. */
export class Idempotency {
	#entries = new Map<string, Entry>();

	/** Does the work once per key; a repeat while it is under way waits for it. */
	async run(request: ApiRequest, work: () => Promise<Reply>): Promise<Reply> {
		const key = request.headers['idempotency-key'];
		if (typeof key !== 'string' || key === '') return await work();
		const fingerprint = createHash('sha256')
			.update(`${request.method} ${request.path}\n`)
			.update(request.body)
			.digest('hex');
		for (let known = this.#entries.get(key); known; known = this.#entries.get(key)) {
			if (known.fingerprint !== fingerprint) {
				const message = 'This Idempotency-Key was used with another request body';
				throw new ApiError(409, 'CONFLICT', message);
			}
			const reply = await known.reply.catch(() => null);
			if (reply) return reply;
		}
		const reply = work();
		this.#entries.set(key, { fingerprint, reply });
		try {
			return await this.#keepIfCreated(key, await reply);
		} catch (error) {
			this.#entries.delete(key);
			throw error;
		}
	}

	#keepIfCreated(key: string, reply: Reply): Reply {
		if (reply.status !== 201) this.#entries.delete(key);
		return reply;
	}
}
