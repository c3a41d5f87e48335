import { readWhole } from '../../../../../nodes/Runflow/runflow/http/body.ts';
import type { HttpResponse } from '../../../../../nodes/Runflow/runflow/index.ts';
import { rejection } from '../../../../fakes/api.ts';
import { fakeClock } from '../../../../fakes/clock.ts';

/** An answer in pieces; `closed` tells whether it was given up. */
function answer(pieces: string[], headers: HttpResponse['headers'] = {}) {
	const seen = { read: 0, closed: false };
	const response: HttpResponse = {
		status: 200,
		headers,
		async *chunks() {
			for (const piece of pieces) {
				seen.read++;
				yield Buffer.from(piece);
			}
		},
		discard: async () => {},
		close: () => void (seen.closed = true),
	};
	return { response, seen };
}

const with10Bytes = { limit: 10, host: 'api.runflow.test', clock: fakeClock() };

describe('readWhole', () => {
	it('puts the pieces together', async () => {
		const { response } = answer(['gr', 'ü', 'ße']);
		expect((await readWhole(response, with10Bytes)).toString()).toBe('grüße');
		expect(await readWhole(answer([]).response, with10Bytes)).toHaveLength(0);
	});

	it('takes a body of just the limit, and none beyond it', async () => {
		expect(await readWhole(answer(['12345', '67890']).response, with10Bytes)).toHaveLength(10);
		const { response } = answer(['12345', '678901']);
		expect(await rejection(readWhole(response, with10Bytes))).toMatchObject({
			kind: 'tooLarge',
			code: 'ANSWER_TOO_LARGE',
		});
	});

	it('does not begin on a body that says to be too large', async () => {
		const { response, seen } = answer(['1'], { 'content-length': '11' });
		expect(await rejection(readWhole(response, with10Bytes))).toMatchObject({ kind: 'tooLarge' });
		expect(seen).toEqual({ read: 0, closed: true });
	});

	it('gives up a body that trickles for more than five minutes', async () => {
		let now = 0;
		const clock = fakeClock({ now: () => (now += 200_000) });
		const { response, seen } = answer(['1', '2', '3']);
		expect(await rejection(readWhole(response, { ...with10Bytes, clock }))).toMatchObject({
			kind: 'timeout',
			code: 'ANSWER_TIMEOUT',
		});
		expect(seen.read).toBe(2);
	});
});
