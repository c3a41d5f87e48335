import type { HttpResponse } from '../../nodes/Runflow/runflow/index.ts';

/** An answer that a transport gives without a network; `body` is asked for when it is read. */
export function answerOf(body: () => unknown, status = 200): HttpResponse {
	return {
		status,
		headers: {},
		async *chunks() {
			yield Buffer.from(JSON.stringify(body()));
		},
		discard: async () => {},
		close: () => {},
	};
}
