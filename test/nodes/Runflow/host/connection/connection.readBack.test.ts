import {
	connect,
	connectToReadBack,
} from '../../../../../nodes/Runflow/host/connection/connection.ts';
import { getBatch } from '../../../../../nodes/Runflow/runflow/index.ts';
import { rejection } from '../../../../fakes/api.ts';
import { BATCH_ID, callbackBody } from '../../../../fakes/callbacks.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';
import { credential } from '../../../../fakes/node.ts';
import { receiveCallback } from '../../../../fakes/receiveRun.ts';
import { webhookContext } from '../../../../fakes/webhookContext.ts';

withoutNetwork();

const path = `/v1/batches/${BATCH_ID}`;
const body = callbackBody();
/** The gate counts per account, so every test has an account of its own. */
let accounts = 0;
const account = () => ({ ...credential, callbackSecret: '', organizationId: `org-${++accounts}` });

/** How long something took, in milliseconds. */
async function timed(work: Promise<unknown>): Promise<number> {
	const start = performance.now();
	await work.catch(() => {});
	return performance.now() - start;
}

describe('a forged callback at a trigger that asks the API', () => {
	const forged = (credentialOfTest: typeof credential) => ({
		body,
		headers: {},
		parameters: { authenticity: 'api' },
		credential: credentialOfTest,
	});

	it('holds nobody back when it meets a 429', async () => {
		const own = account();
		runflow().get(path).reply(429, {}, { 'retry-after': '60' });
		expect(await receiveCallback(forged(own))).toMatchObject({ status: 503 });
		runflow().get(path).reply(200, { id: BATCH_ID, status_code: 'running' });
		const { context } = webhookContext({ credential: own });
		expect(await timed(getBatch(await connect(context), BATCH_ID))).toBeLessThan(1_000);
		expect(requests()).toHaveLength(2);
	});

	it('waits behind nobody whom a 429 holds back', async () => {
		const own = account();
		const { context } = webhookContext({ credential: own });
		const paid = new AbortController();
		runflow().get(path).reply(429, {}, { 'retry-after': '60' });
		const held = rejection(
			getBatch((await connect(context)).with({ signal: paid.signal }), BATCH_ID),
		);
		await new Promise((resolve) => setTimeout(resolve, 50));
		runflow().get(path).reply(200, { id: BATCH_ID, status_code: 'failed' });
		expect(await timed(receiveCallback(forged(own)))).toBeLessThan(1_000);
		paid.abort();
		await held;
	});

	it('gets no message of n8n, whose credential may be gone', async () => {
		const gone = () => {
			throw new Error('Credential with ID "7f" does not exist');
		};
		const { status, answer, warnings } = await receiveCallback({
			...forged(credential),
			credential: gone,
		});
		expect([status, answer]).toEqual([
			503,
			{ received: false, message: 'The batch could not be read from Runflow.' },
		]);
		expect(warnings[0]).toContain('7f');
	});
});

it('reads are over with the deadline', async () => {
	const { context } = webhookContext({ credential: account() });
	const api = await connectToReadBack(context, AbortSignal.abort());
	expect(await rejection(getBatch(api, BATCH_ID))).toMatchObject({
		name: 'RequestCancelledError',
	});
	expect(requests()).toEqual([]);
});
