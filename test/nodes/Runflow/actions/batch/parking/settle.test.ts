import type { IDataObject } from 'n8n-workflow';

import { fakeClock } from '../../../../../fakes/clock.ts';
import { callbackBody } from '../../../../../fakes/callbacks.ts';
import { batchIdOf } from '../../../../../fakes/createRun.ts';
import { runflow, withoutNetwork } from '../../../../../fakes/network.ts';
import { signed } from '../../../../../fakes/receiveRun.ts';
import { rejection } from '../../../../../fakes/api.ts';
import {
	answerBatch,
	answerItems,
	RESUME_URL,
	row,
	runWaiting,
	waitingParameters,
	type WaitingSetup,
} from '../../../../../fakes/waitingContext.ts';

withoutNetwork();

/** Runs the node on a clock that nobody waits for. */
const runNode = async (setup: Partial<WaitingSetup>) =>
	await runWaiting({ edition: { clock: fakeClock() }, ...setup });

const [A, B] = [batchIdOf(0), batchIdOf(100)];
const waitFor =
	(ids: string[], change: IDataObject = {}) =>
	(item: number): IDataObject => ({
		resource: 'batch',
		operation: 'wait',
		batchId: ids[item],
		waitFor: 'callback',
		timeout: 0,
		pollInterval: 0.001,
		...change,
	});
const always = (id: string, status: number, body: object) =>
	runflow().persist().get(`/v1/batches/${id}`).reply(status, body);

describe('Batch > Wait by callback with Continue On Fail', () => {
	const setup = (kept: IDataObject) => ({
		kept,
		items: 2,
		continueOnFail: true,
		parameters: waitFor([A, B]),
	});

	it('gives the rows of the good batch beside an item whose batch does not exist', async () => {
		const kept: IDataObject = {};
		for (let read = 0; read < 2; read++) answerBatch(A, 'running', { callback_url: RESUME_URL });
		always(B, 404, { code: 'NOT_FOUND', message: 'no such batch' });
		const parked = await runNode(setup(kept));
		expect(parked.parkedUntil).toHaveLength(1);
		answerBatch(A, 'succeeded', { items_total: 1 });
		runflow()
			.get(`/v1/batches/${A}/items`)
			.query(true)
			.optionally()
			.reply(200, { items: [row(0)] });
		const { output } = await runNode({ ...setup(kept), calledBack: true });
		expect(output.map(({ json }) => json.status_code ?? json.error)).toEqual([
			'succeeded',
			expect.stringContaining('no such batch'),
		]);
	});

	it('does not park again for a batch that it refused to wait for', async () => {
		const kept: IDataObject = {};
		for (let read = 0; read < 2; read++) answerBatch(A, 'running', { callback_url: RESUME_URL });
		// Exists, runs for hours, calls somebody else.
		always(B, 200, { id: B, status_code: 'running', callback_url: 'https://elsewhere.test/x' });
		await runNode(setup(kept));
		answerBatch(A, 'succeeded', { items_total: 1 });
		runflow()
			.get(`/v1/batches/${A}/items`)
			.query(true)
			.optionally()
			.reply(200, { items: [row(0)] });
		const { parkedUntil } = await runNode({ ...setup(kept), calledBack: true });
		expect(parkedUntil).toEqual([]);
	});
});

describe('rows that are paid for are not hidden', () => {
	it('by Batch > Wait where the batch does not say how many there are', async () => {
		answerBatch(A, 'succeeded', {});
		runflow()
			.persist()
			.get(`/v1/batches/${A}/items`)
			.query(true)
			.reply(200, { items: [row(0), row(1)] });
		const { output } = await runNode({
			parameters: waitFor([A], { waitFor: 'polling', timeout: 1 }),
		});
		expect(output).toHaveLength(2);
	});
});

describe('reads that lag', () => {
	const accept = () =>
		runflow()
			.post('/v1/models/runflow/upscale/batches')
			.reply(201, { id: A, status_code: 'queued' });

	it.each(['callback', 'polling'])(
		'a batch that is not to be read yet right after its creation fails nothing (%s)',
		async (way) => {
			accept();
			runflow().get(`/v1/batches/${A}`).reply(404, { code: 'NOT_FOUND', message: 'no such batch' });
			runflow()
				.get(`/v1/batches/${A}`)
				.optionally()
				.reply(200, { id: A, status_code: 'succeeded' });
			runflow()
				.get(`/v1/batches/${A}/items`)
				.query(true)
				.optionally()
				.reply(200, { items: [row(0)] });
			await expect(
				runNode({ parameters: waitingParameters({ waitFor: way }) }),
			).resolves.toBeDefined();
		},
	);

	it('parks no second time once the last callback has come', async () => {
		const kept: IDataObject = {};
		const byCallback = { kept, parameters: waitingParameters({ waitFor: 'callback', timeout: 0 }) };
		accept();
		always(A, 200, { id: A, status_code: 'running' });
		await runNode(byCallback);
		// The callback (batch.succeeded) came, n8n runs the node again; the read lags for over a minute.
		const again = runNode({ ...byCallback, calledBack: true });
		expect(await rejection(again)).toMatchObject({
			message: 'Runflow has called back, but does not show the batch as finished',
		});
	});

	it('two callbacks at two processes of n8n wake the execution, though reads lag a moment', async () => {
		const awaiting = {
			runIndex: 0,
			batches: [A, B].map((id) => ({ id, itemIndexes: [0] })),
			failed: [],
		};
		// Both batches are finished, both callbacks are under way; each read of the other lags.
		for (const id of [A, B]) answerBatch(id, 'running');
		for (const id of [A, B]) answerBatch(id, 'succeeded');
		const outcomes: unknown[] = [];
		for (const batch_id of [A, B]) {
			await jest.isolateModulesAsync(async () => {
				const { resumeParked } = await import('../../../../../fakes/resumeRun.ts');
				const body = callbackBody({ batch_id });
				const { status, disabled } = await resumeParked({
					body,
					headers: signed(body),
					awaiting,
					executionId: 'execution-h6',
				});
				outcomes.push({ status, disabled });
			});
		}
		// Either one wakes the execution, or Runflow is asked to deliver again.
		expect(
			outcomes.some(
				(o) => (o as IDataObject).disabled === false || (o as { status: number }).status >= 500,
			),
		).toBe(true);
	});
});

describe('results on their own rows', () => {
	const createTwo = () =>
		runflow()
			.post('/v1/models/runflow/upscale/batches')
			.reply(201, { id: A, status_code: 'queued', items_total: 2 });
	const refs = {
		parameters: (item: number) => ({
			...waitingParameters()(item),
			itemJson: { row: item, client_ref: `sku-${item}` },
		}),
		items: 2,
	};

	it('never gives a row a result that carries another row’s client_ref', async () => {
		createTwo();
		answerBatch(A, 'succeeded', { items_total: 2 });
		const without = (at: number) => ({ ...row(at), sequence_index: null, client_ref: `sku-${at}` });
		answerItems(A, [without(1), without(0)]); // newest first, unnumbered
		const { output } = await runNode(refs);
		for (const [item, { json }] of output.entries()) {
			expect(json.error ? 'an error' : json.client_ref).toEqual(
				json.error ? 'an error' : `sku-${item}`,
			);
		}
	});

	it('trusts no places where the batch has another number of rows than was sent', async () => {
		// Runflow took two equal rows for one: of [a, a, b] it numbers a 0 and b 1.
		runflow()
			.post('/v1/models/runflow/upscale/batches')
			.reply(201, { id: A, status_code: 'queued', items_total: 2 });
		answerBatch(A, 'succeeded', { items_total: 2 });
		answerItems(A, [row(0, { input: { p: 'a' } }), row(1, { input: { p: 'b' } })]);
		const { output } = await runNode({
			items: 3,
			parameters: (item: number) => ({
				...waitingParameters()(item),
				itemJson: { p: item < 2 ? 'a' : 'b' },
			}),
		});
		// Row 1 is an "a"; the result numbered 1 is that of "b".
		expect(output[1].json.error).not.toBeNull();
	});
});

describe('secrets', () => {
	it('never reach an error, pasted into a JSON field', async () => {
		const secret = 'rf_live_5ecretKey77';
		const parameters = waitingParameters({ itemJson: secret });
		const error = (await rejection(runNode({ parameters }))) as Error;
		expect(`${error.message}`).not.toContain('5ecret');
	});
});

describe('bounded', () => {
	it('keeps no long refusal once per row', async () => {
		const kept: IDataObject = {};
		const message = 'The input is not what the model takes. '.repeat(200); // 8 kB
		runflow()
			.post('/v1/models/runflow/upscale/batches')
			.times(10)
			.reply(422, { code: 'VALIDATION_ERROR', message });
		await runNode({ kept, items: 1000, continueOnFail: true, parameters: waitingParameters() });
		expect(String(kept.runflowAwaiting).length / 1000).toBeLessThan(1_000); // bytes per row
	});
});
