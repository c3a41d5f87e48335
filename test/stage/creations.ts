import { setTimeout as sleep } from 'node:timers/promises';

import type { Emulator, RecordedRequest } from '../emulator/emulator.ts';

/** The first request for a batch after the given number of requests, as soon as it has arrived. */
export async function nextCreation(emulator: Emulator, before: number): Promise<RecordedRequest> {
	for (;;) {
		const request = emulator.requests.slice(before).find(isCreation);
		if (request) return request;
		await sleep(20);
	}
}

/** Whether a request is to create a batch. */
export const isCreation = ({ method, path }: RecordedRequest) =>
	method === 'POST' && path.endsWith('/batches');

/** Sends a request as it was sent before. */
export async function repeat(
	emulator: Emulator,
	{ path, headers, body }: RecordedRequest,
): Promise<unknown> {
	const answer = await fetch(`${emulator.url}${path}`, {
		method: 'POST',
		headers: {
			authorization: String(headers.authorization),
			'content-type': 'application/json',
			'idempotency-key': String(headers['idempotency-key']),
		},
		body: new Uint8Array(body),
	});
	return await answer.json();
}
