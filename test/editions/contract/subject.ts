import type { HttpRequest } from '../../../nodes/Runflow/runflow/index.ts';
import type { Adapter, TransportSetup } from '../../fakes/adapters.ts';
import { bytesOf } from '../../fakes/fileHost.ts';
import { closeServers } from '../../fakes/server.ts';

/** Limits that no test waits for. */
export const PATIENT = { answerMs: 5_000, silenceMs: 5_000 };
export const KEY = 'secret-key';

export const get = (url: string, change: Partial<HttpRequest> = {}): HttpRequest => ({
	method: 'GET',
	url: new URL(url),
	headers: { authorization: `Bearer ${KEY}` },
	...change,
});

/** What a contract is about, and what its tests are made with. */
export interface Subject {
	adapter: Adapter;
	/** A transport that is closed after the test. */
	transport(setup?: TransportSetup): ReturnType<Adapter['transport']>;
	textOf(answer: { chunks(): AsyncIterable<Uint8Array> }): Promise<string>;
}

/** Closes transports and servers after each test. */
export function subjectOf(adapter: Adapter): Subject {
	const open: Array<ReturnType<Adapter['transport']>> = [];
	afterEach(async () => {
		await Promise.all(open.splice(0).map(async (each) => await each.close?.()));
		await closeServers();
	});
	return {
		adapter,
		transport(setup = {}) {
			const created = adapter.transport({ limits: PATIENT, ...setup });
			open.push(created);
			return created;
		},
		textOf: async (answer) => (await bytesOf(answer.chunks())).toString(),
	};
}
