import { setTimeout as sleep } from 'node:timers/promises';

/** Pauses between tries, as Runflow makes them, in a shorter time. */
const PAUSES_MS = [200, 400, 800, 1600, 3200];

/** A callback ready to be sent. */
export interface Callback {
	batchId: string;
	body: string;
	signature: string;
}

/** Sends a callback as Runflow does: again after anything but a 2xx. Tells the last status and the refusals. */
export async function deliver(
	url: string,
	{ body, signature }: Callback,
): Promise<{ status: number; refused: string[] }> {
	const refused: string[] = [];
	for (let tries = 0; ; tries++) {
		const { status, text } = await post(url, body, signature);
		if (status >= 200 && status < 300) return { status, refused };
		refused.push(`${status} ${text}`.slice(0, 200));
		if (tries === PAUSES_MS.length) return { status, refused };
		await sleep(PAUSES_MS[tries]);
	}
}

async function post(url: string, body: string, signature: string) {
	try {
		const answer = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json', 'runflow-signature': signature },
			body,
			signal: AbortSignal.timeout(60_000),
		});
		return { status: answer.status, text: await answer.text() };
	} catch (error) {
		return { status: 0, text: (error as Error).message };
	}
}
