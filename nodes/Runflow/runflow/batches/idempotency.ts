import { createHash } from 'node:crypto';

/**
 * Derives an Idempotency-Key from what makes a creation the same one: the same parts give the same
 * key, in another process too. The key is a UUID of version 8 (RFC 9562), the form that Runflow's
 * docs leave least doubt about.
 *
 * @param parts e.g. execution id, node id, run index, chunk index and the request body
 */
export function idempotencyKey(parts: ReadonlyArray<string | number>): string {
	const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16);
	bytes[6] = (bytes[6] & 0x0f) | 0x80;
	bytes[8] = (bytes[8] & 0x3f) | 0x80;
	const hex = bytes.toString('hex');
	return [8, 12, 16, 20, 32]
		.map((end, index) => hex.slice([0, 8, 12, 16, 20][index], end))
		.join('-');
}
