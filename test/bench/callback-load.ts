import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';

import type { N8n } from '../n8n/index.ts';
import type { SignedCallback } from './callback-bodies.ts';

const POLL_MS = 50;
const LIMIT_MS = 600_000;

/** What became of a burst of callbacks, in milliseconds. */
export interface Burst {
	/** From the first callback sent to the last one answered. */
	answeredMs: number;
	/** From the first callback sent until the last execution ended. */
	endedMs: number;
	/** How long each callback waited for its answer. */
	latencies: number[];
}

/** Posts callbacks to a webhook, so many at the same time, and waits until all executions ended. */
export async function sendBurst(
	n8n: N8n,
	webhook: { workflowId: string; url: string },
	callbacks: SignedCallback[],
	concurrency: number,
	headers: Record<string, string> = {},
): Promise<Burst> {
	const { workflowId, url } = webhook;
	const dispatcher = new Agent({ connections: concurrency, headersTimeout: 0, bodyTimeout: 0 });
	const already = await executions(n8n, workflowId);
	const latencies: number[] = [];
	let next = 0;
	const sender = async () => {
		while (next < callbacks.length) {
			const { body, signature } = callbacks[next++];
			const at = performance.now();
			const answer = await request(url, {
				dispatcher,
				method: 'POST',
				headers: {
					...headers,
					'content-type': 'application/json',
					'runflow-signature': signature,
				},
				body,
			});
			await answer.body.dump();
			latencies.push(performance.now() - at);
			if (answer.statusCode !== 200)
				throw new Error(`A callback was answered ${answer.statusCode}`);
		}
	};
	const started = performance.now();
	await Promise.all(Array.from({ length: concurrency }, sender));
	const answeredMs = performance.now() - started;
	await dispatcher.close();
	const deadline = Date.now() + LIMIT_MS;
	while ((await executions(n8n, workflowId)) < already + callbacks.length) {
		if (Date.now() > deadline) throw new Error('Executions are missing');
		await sleep(POLL_MS);
	}
	return { answeredMs, endedMs: performance.now() - started, latencies };
}

/** How many executions of a workflow ended well; a count alone, so that asking costs n8n little. */
async function executions(n8n: N8n, workflowId: string): Promise<number> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId, status: ['success'] }));
	const { count } = await n8n.rest<{ count: number }>(
		'GET',
		`/executions?limit=1&filter=${filter}`,
	);
	return count;
}
