import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import { ApiError } from './reply.ts';

const MOST_KEPT = 10_000;

/** Makes and checks URLs that work for a limited time without a key. */
export class SignedUrls {
	#secret = randomBytes(32);
	#baseUrl: () => string;
	#lifeMs: number;
	#recent = new Map<string, { url: string; at: number }>();

	constructor(baseUrl: () => string, lifeMs: number) {
		this.#baseUrl = baseUrl;
		this.#lifeMs = lifeMs;
	}

	/** A fresh URL for a path; within a second of a day-long life the same one serves again. */
	sign(path: string): string {
		const at = Date.now();
		const known = this.#recent.get(path);
		if (known && at - known.at < Math.min(1000, this.#lifeMs / 1000)) return known.url;
		const expires = at + this.#lifeMs;
		const url = `${this.#baseUrl()}${path}?expires=${expires}&signature=${this.#signature(path, expires)}`;
		if (this.#recent.size >= MOST_KEPT) this.#recent.clear();
		this.#recent.set(path, { url, at });
		return url;
	}

	/** Throws 403 unless the URL was made here and is still good. */
	check(path: string, query: URLSearchParams): void {
		const expires = Number(query.get('expires'));
		const given = Buffer.from(query.get('signature') ?? '');
		const right = Buffer.from(this.#signature(path, expires));
		if (given.length !== right.length || !timingSafeEqual(given, right)) {
			throw new ApiError(403, 'SIGNATURE_MISMATCH', 'The signature of this URL is wrong');
		}
		if (Date.now() >= expires) throw new ApiError(403, 'URL_EXPIRED', 'This URL has expired');
	}

	#signature(path: string, expires: number): string {
		return createHmac('sha256', this.#secret).update(`${path}\n${expires}`).digest('hex');
	}
}
