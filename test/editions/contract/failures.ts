import { inspect } from 'node:util';

import { RunflowConnectionError } from '../../../nodes/Runflow/runflow/index.ts';
import { rejection } from '../../fakes/api.ts';
import { closedAddress, startServer } from '../../fakes/server.ts';
import { get, KEY, type Subject } from './subject.ts';

/** How a request fails that has no answer. */
export function describeFailures({ transport }: Subject): void {
	describe('a failure', () => {
		it('says that nothing was sent when nothing listens', async () => {
			const error = await rejection(transport().send(get(await closedAddress())));
			expect(error).toMatchObject({ kind: 'refused', code: 'ECONNREFUSED', unsent: true });
		});

		it('does not say so when the connection is reset after the request', async () => {
			const url = await startServer((request) => request.socket.resetAndDestroy());
			const error = await rejection(transport().send(get(url)));
			expect(error).toBeInstanceOf(RunflowConnectionError);
			expect(error).toMatchObject({ kind: 'lost', unsent: false });
		});

		it('nor when the connection is closed without an answer', async () => {
			const url = await startServer((request) => request.socket.destroySoon());
			expect(await rejection(transport().send(get(url)))).toMatchObject({
				kind: 'lost',
				unsent: false,
			});
		});

		it('is one of HTTP where something else answers', async () => {
			const url = await startServer((request) => request.socket.end('SSH-2.0-OpenSSH\r\n'));
			const error = await rejection(transport().send(get(url)));
			expect(error).toMatchObject({ kind: 'protocol', unsent: false });
		});

		it('is one of TLS where the host does not speak it', async () => {
			const url = await startServer((_, response) => response.end());
			const error = await rejection(transport().send(get(url.replace('http:', 'https:'))));
			expect(error).toMatchObject({ kind: 'noTls', unsent: false });
		});

		it.each([
			['before an answer', async () => await closedAddress()],
			['without one', async () => await startServer((request) => void request.socket.destroy())],
		])('holds no key (%s)', async (_when, address) => {
			const error = await rejection(transport().send(get(await address())));
			expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(KEY);
		});
	});
}
