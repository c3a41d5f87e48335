import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer is good enough; when time is up the error shows the last answer. */
export async function eventually<T>(
	ask: () => Promise<T> | T,
	isGood: (answer: T) => boolean,
	timeoutMs = 120_000,
): Promise<T> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		const answer = await ask();
		if (isGood(answer)) return answer;
		if (Date.now() > deadline) {
			throw new Error(`Not so within ${timeoutMs} ms; last seen: ${JSON.stringify(answer)}`);
		}
		await sleep(100);
	}
}
