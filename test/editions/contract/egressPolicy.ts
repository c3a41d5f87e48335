import {
	EgressRefusedError,
	RequestCancelledError,
	type EgressPolicy,
} from '../../../nodes/Runflow/runflow/index.ts';
import { rejection } from '../../fakes/api.ts';
import { closedAddress, startServer } from '../../fakes/server.ts';
import { get, type Subject } from './subject.ts';

/** That the host is asked before anything is sent. */
export function describeEgressPolicy({ transport, textOf }: Subject): void {
	describe('the egress policy', () => {
		it('is asked before anything is sent, and its refusal passed on', async () => {
			let requests = 0;
			const url = await startServer((_, response) => {
				requests += 1;
				response.end();
			});
			const refusal = new EgressRefusedError('not there');
			const asked: string[] = [];
			const policy: EgressPolicy = {
				pool: {},
				check: async ({ href }) => {
					asked.push(href);
					throw refusal;
				},
			};
			expect(await rejection(transport({ policy }).send(get(`${url}/x`)))).toBe(refusal);
			expect([asked, requests]).toEqual([[`${url}/x`], 0]);
		});

		it('ends with the time limit, and nothing is sent afterwards', async () => {
			let requests = 0;
			const url = await startServer((_, response) => {
				requests += 1;
				response.end();
			});
			let allow = () => {};
			const check = async () => await new Promise<void>((resolve) => (allow = resolve));
			const policy: EgressPolicy = { pool: {}, check };
			const sending = transport({ policy }).send(get(url, { answerWithinMs: 20 }));
			expect(await rejection(sending)).toMatchObject({ kind: 'timeout', unsent: false });
			allow();
			expect((await transport().send(get(url))).status).toBe(200);
			expect(requests).toBe(1);
		});

		it('ends with the signal', async () => {
			const controller = new AbortController();
			const check = async () => {
				controller.abort();
				await new Promise<never>(() => {});
			};
			const policy: EgressPolicy = { pool: {}, check };
			const sending = transport({ policy }).send(
				get(await closedAddress(), { signal: controller.signal }),
			);
			expect(await rejection(sending)).toBeInstanceOf(RequestCancelledError);
		});

		it('lets pass what it has nothing against', async () => {
			const url = await startServer((_, response) => response.end('ok'));
			const policy: EgressPolicy = { pool: {}, check: async () => {} };
			expect(await textOf(await transport({ policy }).send(get(url)))).toBe('ok');
		});
	});
}
