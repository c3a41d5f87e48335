import { RequestCancelledError } from '../../../../../nodes/Runflow/runflow/index.ts';
import { nodeClock } from '../../../../../nodes/Runflow/runflow/node/index.ts';
import { rejection } from '../../../../fakes/api.ts';

describe('nodeClock', () => {
	it('comes to the end of a pause that nobody ends', async () => {
		const before = nodeClock.now();
		await nodeClock.pause(5, new AbortController().signal);
		expect(nodeClock.now()).toBeGreaterThanOrEqual(before + 4);
	});

	it('ends a pause with its signal, also one that aborted before', async () => {
		const controller = new AbortController();
		const pause = rejection(nodeClock.pause(3_600_000, controller.signal));
		controller.abort();
		expect(await pause).toBeInstanceOf(RequestCancelledError);
		expect(await rejection(nodeClock.pause(1, AbortSignal.abort()))).toBeInstanceOf(
			RequestCancelledError,
		);
	});

	it('does not end a pause of months at once', async () => {
		const controller = new AbortController();
		const pause = nodeClock.pause(2 ** 31, controller.signal).then(
			() => 'over',
			() => 'ended',
		);
		await nodeClock.pause(20);
		controller.abort();
		expect(await pause).toBe('ended');
	});
});
