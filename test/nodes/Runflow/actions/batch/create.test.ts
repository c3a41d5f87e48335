import { NodeApiError, type IDataObject } from 'n8n-workflow';

import { rejection } from '../../../../fakes/api.ts';
import {
	acceptBatches,
	batchIdOf,
	createParameters,
	creations,
	runCreate,
} from '../../../../fakes/createRun.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';
import { runWaiting } from '../../../../fakes/waitingContext.ts';

withoutNetwork();

const path = '/v1/models/runflow/upscale/batches';
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const refuse = (firstRow: number, status: number, body: object) =>
	runflow()
		.post(path, ({ input }) => input[0].row === firstRow)
		.reply(status, JSON.stringify(body));
const acceptRow = (firstRow: number) =>
	runflow()
		.post(path, ({ input }) => input[0].row === firstRow)
		.reply(201, { id: batchIdOf(firstRow), status_code: 'queued' });
const noCredit = { code: 'INSUFFICIENT_CREDIT', message: 'The balance is too low' };

describe('Batch > Create', () => {
	it('makes one batch of the input items and gives back what Runflow says', async () => {
		const answer = { id: batchIdOf(0), status_code: 'queued', items_total: 3, spare: { a: 1 } };
		runflow().post(path).reply(201, answer);
		const parameters = createParameters({ simplify: false });
		expect(await runCreate({ items: 3, parameters })).toEqual([
			{
				json: { ...answer, batch_id: answer.id },
				pairedItem: [{ item: 0 }, { item: 1 }, { item: 2 }],
			},
		]);
		expect(creations()).toEqual([
			{ path, key: expect.any(String), body: { input: [{ row: 0 }, { row: 1 }, { row: 2 }] } },
		]);
	});

	it.each([
		[1, [1]],
		[100, [100]],
		[101, [100, 1]],
		[250, [100, 100, 50]],
	])('makes of %d items batches of %j, in order and linked', async (items, sizes) => {
		acceptBatches(sizes.length);
		const output = await runCreate({ items });
		const starts = sizes.map((_, chunk) => chunk * 100);
		const chunks = starts.map((start) => upTo(items).slice(start, start + 100));
		expect(creations().map(({ body }) => body.input.map(({ row }) => row))).toEqual(chunks);
		expect(output.map(({ json }) => json.id)).toEqual(starts.map(batchIdOf));
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(
			chunks.map((rows) => rows.map((item) => ({ item }))),
		);
		expect(new Set(creations().map(({ key }) => key)).size).toBe(sizes.length);
	});

	it('keeps the order of the batches when their answers come out of order', async () => {
		acceptRow(0);
		const third = acceptRow(200);
		runflow()
			.post(path, ({ input }) => input[0].row === 100)
			.reply(async () => {
				while (!third.isDone()) await new Promise((resolve) => setImmediate(resolve));
				return [201, { id: batchIdOf(100), status_code: 'queued' }];
			});
		const output = await runCreate({ items: 201 });
		expect(output.map(({ json }) => json.id)).toEqual([0, 100, 200].map(batchIdOf));
	});

	it('sends the first batch alone, and the others once it is accepted', async () => {
		runflow()
			.post(path, ({ input }) => input[0].row === 0)
			.reply(async () => {
				for (let turn = 0; turn < 20; turn++) await new Promise((next) => setImmediate(next));
				return [201, { id: batchIdOf(requests().length - 1), status_code: 'queued' }];
			});
		acceptRow(100);
		acceptRow(200);
		const output = await runCreate({ items: 250 });
		expect(output.map(({ json }) => json.id)).toEqual([0, 100, 200].map(batchIdOf));
	});

	it('sends no other batch when the first one is refused', async () => {
		refuse(0, 402, noCredit);
		await rejection(runCreate({ items: 250 }));
		expect(creations()).toHaveLength(1);
	});

	it('passes metadata and callback URL on, and leaves them out when they are not given', async () => {
		acceptBatches(2);
		const options = { metadata: '{"order": 4711}' };
		const url = { callback: 'url', callbackUrl: ' https://n8n.test/webhook/x/runflow ' };
		await runCreate({ parameters: createParameters({ options, ...url }) });
		await runCreate({ parameters: createParameters({ callback: 'none', callbackUrl: 'x' }) });
		expect(requests().map(({ body }) => JSON.parse(body))).toEqual([
			{
				input: [{ row: 0 }],
				metadata: { order: 4711 },
				callback_url: 'https://n8n.test/webhook/x/runflow',
			},
			{ input: [{ row: 0 }] },
		]);
	});
});

it("Batch > Create keeps n8n's token that resumes the execution to itself", async () => {
	runflow()
		.post(path)
		.reply(async (request: unknown) => {
			const { callback_url } = (await (request as Request).json()) as IDataObject;
			return [201, { id: batchIdOf(0), callback_url }];
		});
	const parameters = createParameters({ callback: 'resume', simplify: false });
	const [{ json }] = (await runWaiting({ parameters })).output;
	expect(requests()[0].body).toContain('signature=token-1');
	expect(json.callback_url).toBe('https://n8n.test/webhook-waiting/100/runflow?signature=***');
});

describe('Batch > Create when a batch is refused', () => {
	it('names the batches that exist in the error', async () => {
		acceptRow(0);
		refuse(100, 402, noCredit);
		acceptRow(200);
		const error = (await rejection(runCreate({ items: 250 }))) as NodeApiError;
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error).toMatchObject({ httpCode: '402', context: { itemIndex: 100 } });
		expect(error.description).toContain(`${batchIdOf(0)} (items 0 to 99)`);
		expect(error.description).toContain(`${batchIdOf(200)} (items 200 to 249)`);
		expect(error.description).not.toContain(batchIdOf(100));
	});

	it('speaks of no batches when there are none', async () => {
		refuse(0, 402, noCredit);
		const error = (await rejection(runCreate())) as NodeApiError;
		expect(error.description).not.toContain('were created');
	});

	it('gives the existing batches and an error item for each other row when it continues', async () => {
		acceptRow(0);
		refuse(100, 402, noCredit);
		const output = await runCreate({ items: 103, continueOnFail: true });
		expect(output[0].json.id).toBe(batchIdOf(0));
		expect(output.slice(1).map(({ json, pairedItem }) => [json.error, pairedItem])).toEqual(
			[100, 101, 102].map((item) => ['The Runflow balance does not cover this batch', { item }]),
		);
	});

	it('links every input item exactly once when it continues', async () => {
		refuse(0, 422, { code: 'x', message: 'no' });
		acceptRow(100);
		const output = await runCreate({ items: 150, continueOnFail: true });
		const linked = output.flatMap(({ pairedItem }) =>
			[pairedItem].flat().map((link) => (link as { item: number }).item),
		);
		expect(linked.sort((a, b) => a - b)).toEqual(upTo(150));
	});

	it('sends the good rows and gives an error item for each bad one when it continues', async () => {
		acceptBatches(1);
		const parameters = (item: number) =>
			createParameters({ itemJson: item === 1 ? '{broken' : { row: item } })(item);
		const output = await runCreate({ items: 3, parameters, continueOnFail: true });
		expect(creations()[0].body.input).toEqual([{ row: 0 }, { row: 2 }]);
		expect(output[0].pairedItem).toEqual([{ item: 0 }, { item: 2 }]);
		expect(output[1]).toMatchObject({
			json: { error: expect.stringContaining("'Item JSON' of item 1 is not valid JSON") },
			pairedItem: { item: 1 },
		});
	});

	it('names item and field of what Runflow refuses', async () => {
		refuse(0, 422, {
			code: 'validation_error',
			message: 'Validation failed',
			errors: [{ loc: ['body', 'input', 2, 'scale'], msg: 'must be 2 or 4' }],
		});
		expect(await rejection(runCreate({ items: 3 }))).toMatchObject({
			message: "Runflow does not accept 'scale' of item 2: must be 2 or 4",
			context: { itemIndex: 2 },
			httpCode: '422',
		});
	});
});

describe('Batch > Create, simplified', () => {
	const answer = { id: batchIdOf(0), status_code: 'queued', items_total: 1, spare: 1, items: [{}] };
	const created = async (typeVersion: number, change: object = {}) => {
		runflow().post(path).reply(201, answer);
		const { output } = await runWaiting({
			parameters: createParameters({ ...change }),
			node: { typeVersion },
		});
		return output[0].json;
	};

	it('returns the batch in a few fields, from version 2 on', async () => {
		expect(await created(2)).toEqual({
			id: answer.id,
			batch_id: answer.id,
			status_code: 'queued',
			items_total: 1,
			metadata: null,
			created_at: null,
		});
		expect(await created(2, { simplify: false })).toMatchObject(answer);
	});

	it('returns everything in saved nodes of version 1', async () => {
		expect(await created(1)).toEqual({ ...answer, batch_id: answer.id });
	});
});
