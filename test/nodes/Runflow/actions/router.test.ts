import { setImmediate as tick } from 'node:timers/promises';
import { inspect } from 'node:util';

import { NodeApiError, NodeOperationError, type INodeExecutionData } from 'n8n-workflow';

import { Runflow } from '../../../../nodes/Runflow/Runflow.node.ts';
import { rejection } from '../../../fakes/api.ts';
import { executeContext, type ExecuteSetup } from '../../../fakes/executeContext.ts';
import { requests, runflow, withoutNetwork } from '../../../fakes/network.ts';
import { API_KEY, CALLBACK_SECRET, credential, PREVIOUS_SECRET } from '../../../fakes/node.ts';

withoutNetwork();

const idOf = (item: number) => `3c90c3cc-0d44-4b50-8888-${String(item).padStart(12, '0')}`;
const getEach = (itemIndex: number) => ({
	resource: 'batch',
	operation: 'get',
	batchId: idOf(itemIndex),
});

async function run(setup: Partial<ExecuteSetup>): Promise<INodeExecutionData[]> {
	const context = executeContext({ parameters: getEach, ...setup });
	return (await new Runflow().execute.call(context))[0];
}

/** Declares an answer for every item; those of `refused` are 404s. */
function answerItems(count: number, refused: number[] = []) {
	for (let item = 0; item < count; item++) {
		const reply = refused.includes(item)
			? { status: 404, body: { code: 'NOT_FOUND', message: `no ${item}` } }
			: { status: 200, body: { id: idOf(item), status_code: 'queued' } };
		runflow()
			.get(`/v1/batches/${idOf(item)}`)
			.reply(reply.status, reply.body);
	}
}

describe('the router', () => {
	it('keeps 250 items in order and linked when their answers come out of order', async () => {
		const finished: string[] = [];
		runflow()
			.get(/^\/v1\/batches\//)
			.times(250)
			.reply(async (request: unknown) => {
				const id = new URL((request as Request).url).pathname.split('/').pop()!;
				for (let turn = 0; turn < (Number(id.slice(-3)) * 7) % 11; turn++) await tick();
				finished.push(id);
				return [200, { id, status_code: 'queued' }];
			});
		const output = await run({ items: 250 });
		expect(output.map(({ json, pairedItem }) => [json.id, pairedItem])).toEqual(
			Array.from({ length: 250 }, (_, item) => [idOf(item), { item }]),
		);
		expect(finished).not.toEqual([...finished].sort());
	});

	it('puts an error item in the place of each failed item when it continues on fail', async () => {
		answerItems(4, [1, 3]);
		const output = await run({ items: 4, continueOnFail: true });
		expect(output.map(({ json, pairedItem }) => [Object.keys(json)[0], pairedItem])).toEqual([
			['id', { item: 0 }],
			['error', { item: 1 }],
			['id', { item: 2 }],
			['error', { item: 3 }],
		]);
		expect(output[1].json).toEqual({
			error: `Runflow does not know 'batches/${idOf(1)}' (no 1), or it belongs to another organization`,
			details: expect.stringContaining('Organization ID'),
		});
	});

	it('fails with the first failed item when it does not', async () => {
		answerItems(3, [1, 2]);
		const error = await rejection(run({ items: 3 }));
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error).toMatchObject({ httpCode: '404', context: { itemIndex: 1 } });
	});

	it('asks for nothing more after a failure when it does not continue', async () => {
		runflow()
			.get(/^\/v1\/batches\//)
			.times(16)
			.reply(401, { code: 'UNAUTHORIZED', message: 'no' });
		await rejection(run({ items: 100 }));
		expect(requests()).toHaveLength(16);
	});

	it('makes an error item of bad input as well', async () => {
		answerItems(1);
		const parameters = (item: number) => ({ ...getEach(item), ...(item ? { batchId: 'x' } : {}) });
		const output = await run({ items: 2, parameters, continueOnFail: true });
		expect(output[0].json).toHaveProperty('id', idOf(0));
		expect(output[1].json.error).toBe(`'Batch ID' of item 1 must be a UUID, but is "x"`);
	});

	it.each([
		['batch', 'destroy'],
		['video', 'get'],
		['constructor', 'name'],
		['batch', 'constructor'],
		['__proto__', 'toString'],
	])('knows no operation %s: %s', async (resource, operation) => {
		const error = await rejection(run({ parameters: { resource, operation } }));
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			message: `Runflow has no operation '${resource}: ${operation}'`,
		});
	});

	it('fails on a credential without a key', async () => {
		const setup = { credential: { ...credential, apiKey: '' } };
		expect(await rejection(run(setup))).toBeInstanceOf(NodeOperationError);
		expect(requests()).toEqual([]);
	});

	it('makes items with an error of a failed start when it continues on fail, never the input', async () => {
		const setup = { credential: { ...credential, apiKey: '' }, continueOnFail: true };
		const items = await run(setup);
		expect(items.map(({ json }) => Object.keys(json))).toEqual([['error', 'details']]);
		expect(requests()).toEqual([]);
	});

	it('gives up when the execution is cancelled', async () => {
		const error = await rejection(run({ signal: AbortSignal.abort() }));
		expect(error).toMatchObject({ message: 'The execution was cancelled' });
		expect(requests()).toEqual([]);
	});

	it.each([400, 401, 402, 403, 404, 409, 422])('shows no secret after a %d', async (status) => {
		runflow().get(/.*/).reply(status, { code: 'X', message: 'no' });
		const error = (await rejection(run({}))) as Error;
		const shown = JSON.stringify(error) + inspect(error, { depth: Infinity }) + error.stack;
		for (const secret of [API_KEY, CALLBACK_SECRET, PREVIOUS_SECRET, 'Bearer']) {
			expect(shown).not.toContain(secret);
		}
	});

	it('shows no secret in an item, though the answer repeats it', async () => {
		const failure_message = `sent ${API_KEY}, ${CALLBACK_SECRET}, ${PREVIOUS_SECRET}`;
		const body = { id: idOf(0), status_code: 'failed', failure_message };
		runflow().get(/.*/).reply(200, body);
		const [{ json }] = await run({});
		expect(json.failure_message).toBe('sent ***, ***, ***');
	});
});

it('says all of an error to an agent, and nothing twice to the person who looks on', async () => {
	answerItems(1, [0]);
	const context = executeContext({ parameters: getEach });
	Object.assign(context, { isToolExecution: () => true });
	const error = (await rejection(new Runflow().execute.call(context))) as NodeOperationError;
	expect(error.message).toContain("Check the ID or model, and the credential's Organization ID.");
	expect(error.description).toBeFalsy();
});
