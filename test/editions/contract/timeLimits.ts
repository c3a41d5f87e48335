import { rejection } from '../../fakes/api.ts';
import { bytesOf } from '../../fakes/fileHost.ts';
import { startServer } from '../../fakes/server.ts';
import { get, PATIENT, type Subject } from './subject.ts';

/** How long an answer and its pieces may take. */
export function describeTimeLimits({ transport, adapter }: Subject): void {
	describe('time limits', () => {
		it('end the wait for an answer', async () => {
			const url = await startServer(() => {});
			const limits = { ...PATIENT, answerMs: 20 };
			const error = await rejection(transport({ limits }).send(get(url)));
			expect(error).toMatchObject({ kind: 'timeout', unsent: false });
		});

		it('are those of the request where it has one', async () => {
			const url = await startServer(() => {});
			const error = await rejection(transport().send(get(url, { answerWithinMs: 20 })));
			expect(error).toMatchObject({ kind: 'timeout', unsent: false });
		});

		it('end a body that falls silent', async () => {
			const url = await startServer((_, response) => {
				response.writeHead(200, { 'content-length': '100' });
				response.write('half');
			});
			const limits = { ...PATIENT, silenceMs: 20 };
			const answer = await transport({ limits }).send(get(url));
			expect(await rejection(bytesOf(answer.chunks()))).toMatchObject({
				kind: 'timeout',
				unsent: false,
			});
		});

		it('do not count while whoever reads a body is busy', async () => {
			const url = await startServer((_, response) => {
				response.writeHead(200, { 'content-length': '8' });
				response.write('half', () => response.end('rest'));
			});
			const answer = await transport({ limits: { ...PATIENT, silenceMs: 20 } }).send(get(url));
			let text = '';
			for await (const chunk of answer.chunks()) {
				text += chunk.toString();
				await adapter.clock.pause(50);
			}
			expect(text).toBe('halfrest');
		});
	});
}
