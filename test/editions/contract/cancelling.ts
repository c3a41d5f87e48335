import { RequestCancelledError } from '../../../nodes/Runflow/runflow/index.ts';
import { rejection } from '../../fakes/api.ts';
import { bytesOf } from '../../fakes/fileHost.ts';
import { startServer } from '../../fakes/server.ts';
import { get, type Subject } from './subject.ts';

/** That the stop button ends what is under way. */
export function describeCancelling({ transport }: Subject): void {
	describe('cancelling', () => {
		it('sends nothing once cancelled', async () => {
			let requests = 0;
			const url = await startServer((_, response) => {
				requests += 1;
				response.end();
			});
			const cancelled = get(url, { signal: AbortSignal.abort() });
			expect(await rejection(transport().send(cancelled))).toBeInstanceOf(RequestCancelledError);
			expect(requests).toBe(0);
		});

		it('ends a request that waits for its answer', async () => {
			const controller = new AbortController();
			const url = await startServer(() => controller.abort());
			const error = await rejection(transport().send(get(url, { signal: controller.signal })));
			expect(error).toBeInstanceOf(RequestCancelledError);
		});

		it('ends an answer that is being read', async () => {
			const controller = new AbortController();
			const url = await startServer((_, response) => {
				response.writeHead(200, { 'content-length': '100' });
				response.write('half');
			});
			const answer = await transport().send(get(url, { signal: controller.signal }));
			const bytes = rejection(bytesOf(answer.chunks()));
			controller.abort();
			expect(await bytes).toBeInstanceOf(RequestCancelledError);
		});

		it('ends an answer that nobody reads yet', async () => {
			const controller = new AbortController();
			const url = await startServer((_, response) => {
				response.writeHead(200, { 'content-length': '100' });
				response.write('half');
			});
			const answer = await transport().send(get(url, { signal: controller.signal }));
			controller.abort();
			expect(await rejection(bytesOf(answer.chunks()))).toBeInstanceOf(RequestCancelledError);
		});
	});
}
