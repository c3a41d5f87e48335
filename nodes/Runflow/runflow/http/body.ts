import type { Clock } from '../clock';
import { failure } from './errors';
import type { HttpResponse } from './port';

const LONGEST_ANSWER_MS = 300_000;

/**
 * Reads the whole body of an answer.
 *
 * @param limit how many bytes it may have
 * @param host for errors
 * @throws RunflowConnectionError when it ends early, stalls, takes too long or exceeds the limit
 */
export async function readWhole(
	response: HttpResponse,
	{ limit, host, clock }: { limit: number; host: string; clock: Clock },
): Promise<Buffer> {
	if (Number(response.headers['content-length']) > limit) {
		response.close();
		throw failure('tooLarge', host, { code: 'ANSWER_TOO_LARGE' });
	}
	const chunks: Buffer[] = [];
	let size = 0;
	const deadline = clock.now() + LONGEST_ANSWER_MS;
	for await (const chunk of response.chunks()) {
		// A body that trickles is never silent long enough for the adapter's own limit.
		if (clock.now() > deadline) throw failure('timeout', host, { code: 'ANSWER_TIMEOUT' });
		size += chunk.length;
		if (size > limit) throw failure('tooLarge', host, { code: 'ANSWER_TOO_LARGE' });
		chunks.push(chunk);
	}
	return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size);
}
