import { getEventListeners } from 'node:events';

import { RequestCancelledError } from '../../nodes/Runflow/runflow/index.ts';
import { ADAPTERS } from '../fakes/adapters.ts';
import { rejection } from '../fakes/api.ts';

describe.each(Object.entries(ADAPTERS))('the clock of the edition on %s', (_name, { clock }) => {
	it('comes to the end of a pause that nobody ends', async () => {
		const { signal } = new AbortController();
		const before = clock.now();
		await clock.pause(5, signal);
		expect(clock.now()).toBeGreaterThanOrEqual(before + 4);
		expect(getEventListeners(signal, 'abort')).toEqual([]);
	});

	it('ends a pause with its signal, also one that aborted before', async () => {
		const controller = new AbortController();
		const pause = rejection(clock.pause(3_600_000, controller.signal));
		controller.abort();
		expect(await pause).toBeInstanceOf(RequestCancelledError);
		expect(await rejection(clock.pause(1, AbortSignal.abort()))).toBeInstanceOf(
			RequestCancelledError,
		);
	});

	it('does not end a pause of months at once', async () => {
		const controller = new AbortController();
		const pause = clock.pause(2 ** 31, controller.signal).then(
			() => 'over',
			() => 'ended',
		);
		await clock.pause(20);
		controller.abort();
		expect(await pause).toBe('ended');
	});
});
