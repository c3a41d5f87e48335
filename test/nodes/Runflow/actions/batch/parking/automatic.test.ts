import type { IDataObject } from 'n8n-workflow';

import { Runflow } from '../../../../../../nodes/Runflow/Runflow.node.ts';
import { rejection } from '../../../../../fakes/api.ts';
import { acceptBatches, batchIdOf } from '../../../../../fakes/createRun.ts';
import { requests, runflow, withoutNetwork } from '../../../../../fakes/network.ts';
import {
	answerBatch,
	finishedBatch,
	RESUME_URL,
	runWaiting,
	waitingContext,
	waitingParameters,
	type WaitingSetup,
} from '../../../../../fakes/waitingContext.ts';

withoutNetwork();

const A = batchIdOf(0);
const automatic = (change: IDataObject = {}) =>
	waitingParameters({ waitFor: 'automatic', ...change });
const run = async (setup: Partial<WaitingSetup> = {}) =>
	await runWaiting({ parameters: automatic(), ...setup });
const callbackUrls = () =>
	requests()
		.filter(({ method }) => method === 'POST')
		.map(({ body }) => (JSON.parse(body) as IDataObject).callback_url);
const LOCAL = 'http://localhost:5678/webhook-waiting/100?signature=token-1';

describe('Wait For: Automatic', () => {
	it('parks where the callback can arrive, and goes on when it has', async () => {
		const kept = {};
		acceptBatches(1);
		answerBatch(A, 'queued');
		const first = await run({ kept });
		expect(first.parkedUntil).toHaveLength(1);
		expect(first.hints).toEqual([]);
		expect(callbackUrls()).toEqual([expect.stringContaining('webhook-waiting')]);
		finishedBatch({ rows: 1 });
		expect((await run({ kept })).output[0].json.status_code).toBe('succeeded');
	});

	it('polls, and says why, where the callback cannot arrive', async () => {
		acceptBatches(1);
		answerBatch(A, 'running');
		finishedBatch({ rows: 1 });
		const { output, parkedUntil, hints } = await run({ resumeUrl: LOCAL });
		expect([output[0].json.status_code, parkedUntil]).toEqual(['succeeded', []]);
		expect(callbackUrls()).toEqual([undefined]);
		expect(hints[0]).toContain('localhost:5678 exists on this machine only');
	});

	it('polls, and says why, where this n8n parks in a way that is not known', async () => {
		acceptBatches(1);
		finishedBatch({ rows: 1 });
		const { context, hints } = waitingContext({ parameters: automatic() });
		Object.assign(context, { executeData: undefined });
		const [output] = await new Runflow().execute.call(context);
		expect(output[0].json.status_code).toBe('succeeded');
		expect(hints[0]).toContain('parks executions in a way');
	});

	it('goes on polling under Retry On Fail, and tells of the time limit, not of a callback', async () => {
		const kept = {};
		acceptBatches(1);
		runflow()
			.get(`/v1/batches/${A}`)
			.optionally()
			.times(99)
			.reply(200, { id: A, status_code: 'running' });
		const setup = { kept, resumeUrl: LOCAL, parameters: automatic({ timeout: 1e-9 }) };
		await rejection(run(setup));
		const again = (await rejection(run(setup))) as Error;
		expect(again.message).toContain('Runflow did not finish within');
	});

	it.each([
		['1,000 rows', 1_000, 'jsonPerItem', true],
		['1,001 rows', 1_001, 'jsonPerItem', false],
		['10 arrays', 10, 'jsonArray', true],
		['11 arrays', 11, 'jsonArray', false],
	])('decides by the rows: %s', async (_, items, inputMode, parks) => {
		const count = inputMode === 'jsonArray' ? items : Math.ceil(items / 100);
		acceptBatches(count);
		runflow()
			.get(/^\/v1\/batches\/[^/]+$/)
			.times(count)
			.reply(200, { id: A, status_code: parks ? 'queued' : 'succeeded' });
		if (!parks) {
			runflow()
				.get(/\/items\?/)
				.times(count)
				.reply(200, { items: [] });
		}
		const { parkedUntil, hints } = await run({
			items,
			parameters: (row) => automatic({ inputMode, batchJson: [{ row }] })(row),
		});
		expect(parkedUntil).toHaveLength(parks ? 1 : 0);
		expect(hints.some((hint) => hint.includes('more than 1000 rows'))).toBe(!parks);
		expect(callbackUrls().every((url) => url !== undefined)).toBe(parks);
	});

	it('keeps to the time limit while it polls', async () => {
		acceptBatches(1);
		answerBatch(A, 'running');
		const parameters = automatic({ timeout: 1e-9, onTimeout: 'output' });
		runflow()
			.get(`/v1/batches/${A}`)
			.optionally()
			.times(9)
			.reply(200, { id: A, status_code: 'running' });
		runflow()
			.get(`/v1/batches/${A}/items`)
			.query(true)
			.reply(200, { items: [{ sequence_index: 0, status_code: 'running' }] });
		const { output } = await run({ resumeUrl: LOCAL, parameters });
		expect(output[0].json).toMatchObject({ status_code: 'running', error: null });
	});

	it('asks for batches that do not call this execution back, in Wait', async () => {
		const parameters = { operation: 'wait', batchId: A, output: 'batch' };
		answerBatch(A, 'running', { callback_url: 'https://elsewhere.test/hook' });
		answerBatch(A, 'succeeded');
		const { output, parkedUntil } = await run({ parameters: automatic(parameters) });
		expect([output[0].json.status_code, parkedUntil]).toEqual(['succeeded', []]);
	});

	it('parks in Wait for batches that do', async () => {
		const parameters = { operation: 'wait', batchId: A, output: 'batch' };
		answerBatch(A, 'running', { callback_url: RESUME_URL });
		answerBatch(A, 'running');
		expect((await run({ parameters: automatic(parameters) })).parkedUntil).toHaveLength(1);
	});

	it('is polling as a tool', async () => {
		acceptBatches(1);
		finishedBatch({ rows: 1 });
		const { parkedUntil } = await run({ isTool: true });
		expect([parkedUntil, callbackUrls()]).toEqual([[], [undefined]]);
	});
});
