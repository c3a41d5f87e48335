import { z } from 'zod';

import { withoutOddFields } from '../../../../../nodes/Runflow/runflow/http/oddFields.ts';
import {
	batchItemSchema,
	batchSchema,
	createdBatchSchema,
} from '../../../../../nodes/Runflow/runflow/batches/batchSchemas.ts';
import {
	createBatch,
	getBatch,
	listBatchItems,
} from '../../../../../nodes/Runflow/runflow/batches/batches.ts';
import { fakeApi, rejection } from '../../../../fakes/api.ts';
import { BATCH_ID } from '../../../../fakes/callbacks.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';

withoutNetwork();

const ODD: unknown[] = [true, 'text', 7.5, {}, [], { a: 1 }, [null]];

function issuesOf(schema: z.ZodTypeAny, value: unknown): z.ZodIssue[] {
	return schema.safeParse(value).error?.issues ?? [];
}

describe('withoutOddFields', () => {
	it('leaves out what is odd, wherever it stands, and copies nothing else', () => {
		const output = { a: 1 };
		const answer = {
			id: 'a',
			cost: true,
			output,
			items: [{ id: 1, run_id: 'r' }, null, 'x', { id: 'b', spare: 1 }],
		};
		const rest = withoutOddFields(answer, issuesOf(createdBatchSchema, answer));
		expect(rest).toEqual({ id: 'a', output, items: [{ run_id: 'r' }, { id: 'b', spare: 1 }] });
		expect((rest as typeof answer).output).toBe(output);
		expect(answer.items).toHaveLength(4);
	});
});

describe('the answer to a creation', () => {
	const create = async () => await createBatch(fakeApi(), 'a/b', '{}', 'k');
	const fields = Object.keys(createdBatchSchema.shape).filter((name) => name !== 'id');

	it.each(fields)('needs no %s, and may hold anything there', async (name) => {
		for (const value of [undefined, null, ...ODD]) {
			runflow()
				.post('/v1/models/a/b/batches')
				.reply(201, { id: BATCH_ID, [name]: value });
			expect(await create()).toMatchObject({ id: BATCH_ID });
		}
		expect(requests()).toHaveLength(ODD.length + 2);
	});

	it('keeps a numeric cost', async () => {
		runflow().post('/v1/models/a/b/batches').reply(201, { id: BATCH_ID, cost: 0.14 });
		expect(await create()).toEqual({ id: BATCH_ID, cost: 0.14 });
	});

	it('needs the id', async () => {
		runflow().post('/v1/models/a/b/batches').times(5).reply(201, { id: 7, status_code: 'queued' });
		expect(await rejection(create())).toMatchObject({ message: expect.stringContaining('id:') });
	});
});

describe('reading', () => {
	const fields = Object.keys(batchSchema.shape).filter(
		(name) => !['id', 'status_code'].includes(name),
	);

	it.each(fields)('a batch minds nothing odd in %s', async (name) => {
		for (const value of ODD) {
			const batch = { id: BATCH_ID, status_code: 'succeeded', [name]: value };
			runflow().get(`/v1/batches/${BATCH_ID}`).reply(200, batch);
			expect(await getBatch(fakeApi(), BATCH_ID)).toMatchObject({ status_code: 'succeeded' });
		}
	});

	it.each(Object.keys(batchItemSchema.shape))('items mind nothing odd in %s', async (name) => {
		const items = ODD.map((value) => ({ spare: 1, [name]: value }));
		runflow().get(`/v1/batches/${BATCH_ID}/items?limit=100`).reply(200, { items });
		expect(await listBatchItems(fakeApi(), BATCH_ID)).toHaveLength(ODD.length);
	});

	it('keeps an odd output, which was paid for', async () => {
		const batch = { id: BATCH_ID, status_code: 'succeeded', output: ['https://u.test/u'] };
		runflow().get(`/v1/batches/${BATCH_ID}`).reply(200, batch);
		expect(await getBatch(fakeApi(), BATCH_ID)).toEqual(batch);
	});
});
