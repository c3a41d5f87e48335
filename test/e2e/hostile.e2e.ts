import { randomUUID } from 'node:crypto';
import { request, type OutgoingHttpHeaders } from 'node:http';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

import { assertNothingLeaked } from '../stage/leaks.ts';
import { createAndWait, jsonOf, rowsOf, start } from '../stage/runs.ts';
import { startStage, type Stage } from '../stage/stage.ts';
import { manualRows, node, workflow } from '../stage/workflow.ts';

import {
	genuine,
	good,
	goodSignature,
	malformed,
	payload,
	SECRET,
	signed,
	unsigned,
} from './hostileRequests.ts';

let stage: Stage;
let trigger: { id: string; url: string };
let triedAndRefused = 0;

beforeAll(async () => {
	stage = await startStage({ emulator: { callbackSecret: SECRET } });
	const webhookId = randomUUID();
	const { id } = await stage.n8n.createWorkflow(
		workflow('Trigger', [
			node(
				'Callback',
				'n8n-nodes-runflow.runflowTrigger',
				{ options: { ignoreRepeats: false } },
				{ typeVersion: 2, webhookId, credentials: stage.credential },
			),
		]),
	);
	expect(await stage.n8n.activate(id)).toBeUndefined();
	trigger = { id, url: `${stage.n8n.url}/webhook/${webhookId}/runflow` };
}, 900_000);
afterAll(async () => {
	console.log(`Hostile requests sent to a real n8n: ${triedAndRefused}, accepted: 0`);
	await stage?.close();
});

/** Posts exactly these bytes and headers; gives the status, and fails when no answer comes. */
async function post(url: string, body: Buffer | string, headers: OutgoingHttpHeaders = {}) {
	return await new Promise<number>((resolve, reject) => {
		const message = request(url, { method: 'POST', timeout: 20_000, headers }, (response) => {
			response.resume();
			response.on('end', () => resolve(response.statusCode ?? 0));
		});
		message.on('timeout', () => message.destroy(new Error('The request was left unanswered')));
		message.on('error', reject);
		message.end(body);
	});
}

describe('Runflow Trigger', () => {
	it.each([...unsigned, ...malformed])('refuses %s', async (_, body, headers, status) => {
		const before = (await stage.n8n.executions(trigger.id)).length;
		expect(await post(trigger.url, body, headers)).toBe(status);
		triedAndRefused++;
		expect(await stage.n8n.executions(trigger.id)).toHaveLength(before);
	});

	it('refuses a compressed body whose bytes were signed after compression', async () => {
		const compressed = gzipSync(good);
		const headers = { ...signed(compressed), 'content-encoding': 'gzip' };
		expect(await post(trigger.url, compressed, headers)).toBe(401);
		triedAndRefused++;
	});

	it.each(genuine)('accepts %s', async (_, body, headers) => {
		const [latest] = await stage.n8n.executions(trigger.id);
		const all = { ...signed(body), ...headers };
		const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
		expect(await post(trigger.url, body, sent)).toBe(200);
		const execution = await stage.n8n.waitForExecution({
			workflowId: trigger.id,
			after: latest?.id ?? '0',
		});
		expect(execution.status).toBe('success');
		expect(jsonOf(execution, 'Callback')).toMatchObject([{ event: 'batch.succeeded' }]);
		expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
	});

	it('refuses every change of a bit and any made-up header', async () => {
		const body = Buffer.from(good);
		const before = (await stage.n8n.executions(trigger.id)).length;
		const bit = (bytes: Buffer, position: number) => {
			const changed = Buffer.from(bytes);
			changed[position >> 3] ^= 1 << (position & 7);
			return changed;
		};
		await fc.assert(
			fc.asyncProperty(
				fc.oneof(
					fc.nat(body.length * 8 - 1).map((at) => ({ body: bit(body, at), header: goodSignature })),
					fc.nat(255).map((at) => ({
						body,
						header: bit(Buffer.from(goodSignature, 'hex'), at).toString('hex'),
					})),
					fc
						.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF =,') })
						.map((header) => ({ body, header })),
				),
				async (forged) => {
					const status = await post(trigger.url, forged.body, {
						'content-type': 'text/plain',
						'runflow-signature': forged.header,
					});
					triedAndRefused++;
					return status === 401;
				},
			),
			{ numRuns: 200 },
		);
		expect(await stage.n8n.executions(trigger.id)).toHaveLength(before);
	});
});

it('finds a secret where there is one', () => {
	expect(() => assertNothingLeaked(stage.n8n, ['batch.succeeded'])).toThrow('database.sqlite');
});

describe('a parked execution', () => {
	afterEach(() => stage.emulator.release());

	it('is resumed by none of it', async () => {
		stage.emulator.holdBatches();
		const { executionId } = await start(
			stage,
			workflow('Parked', [...manualRows(rowsOf(['x'])), createAndWait(stage)]),
		);
		await stage.n8n.waitForExecution({ id: executionId, status: 'waiting' });
		const [batch] = [...stage.emulator.batches.values()].slice(-1);
		const url = String(batch.callbackUrl);
		for (const [name, body, headers, status] of [...unsigned, ...malformed]) {
			expect([name, await post(url, body, headers)]).toEqual([name, status]);
			triedAndRefused++;
		}
		const foreign = JSON.stringify(payload());
		expect(await post(url, foreign, signed(foreign))).toBe(200);
		const own = JSON.stringify(payload({ batch_id: batch.id }));
		triedAndRefused++;
		// n8n before 2.14 has no token in the address: there Runflow's signature stands alone.
		if (new URL(url).searchParams.has('signature')) {
			const stolen = url.replace(/signature=[^&]*/, `signature=${'0'.repeat(64)}`);
			expect(await post(stolen, own, signed(own))).toBe(401);
			triedAndRefused++;
		}
		expect((await stage.n8n.execution(executionId)).status).toBe('waiting');
		stage.emulator.release();
		const execution = await stage.n8n.waitForExecution({ id: executionId });
		expect(jsonOf(execution, 'Runflow')).toMatchObject([{ status_code: 'succeeded' }]);
	});
});
