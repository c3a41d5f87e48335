import type { Awaiting } from '../../../../../../nodes/Runflow/actions/batch/parking/awaiting.ts';
import { BATCH_ID, callbackBody } from '../../../../../fakes/callbacks.ts';
import { requests, runflow, withoutNetwork } from '../../../../../fakes/network.ts';
import { CALLBACK_SECRET, credential } from '../../../../../fakes/node.ts';
import { signed } from '../../../../../fakes/receiveRun.ts';
import { resumeParked } from '../../../../../fakes/resumeRun.ts';
import { answerBatch } from '../../../../../fakes/waitingContext.ts';

withoutNetwork();

const body = callbackBody();
const awaitingOf = (...ids: string[]): Awaiting => ({
	runIndex: 0,
	batches: ids.map((id) => ({ id, itemIndexes: [0] })),
	failed: [],
});
const awaiting = awaitingOf(BATCH_ID);
const withoutSecret = { ...credential, callbackSecret: ' ', previousCallbackSecret: '' };
const PARKED = { started: undefined, disabled: true };

describe('a callback to a parked node that is refused', () => {
	it.each<[string, Record<string, string>]>([
		['no signature', {}],
		['the signature of another body', signed(callbackBody({ metadata: null }))],
		['the signature of a stranger', signed(body, 'whsec_stranger')],
	])('with 401 for %s', async (_, headers) => {
		const outcome = await resumeParked({ body, headers, awaiting });
		expect(outcome).toMatchObject({ status: 401, answer: { received: false }, ...PARKED });
		expect(JSON.stringify(outcome)).not.toContain(CALLBACK_SECRET);
		expect(requests()).toEqual([]);
	});

	it.each([
		['no JSON', Buffer.from('hello')],
		['another shape', Buffer.from('{"hello": 1}')],
		['a batch id that is none', callbackBody({ batch_id: '../auth/me' })],
		['no body that is left, of a form', undefined],
	])('with 400 for %s', async (_, bad) => {
		const outcome = await resumeParked({ body: bad, awaiting });
		expect(outcome).toMatchObject({ status: 400, ...PARKED });
	});

	it.each<[string, object]>([
		['its n8n does not hand the parked node over', { input: null }],
		['what it kept cannot be read', { awaiting: '{broken' }],
		[
			'n8n cannot read the credential',
			{
				credential: () => {
					throw new Error('no such credential: 7f');
				},
			},
		],
	])('with 503 when %s', async (_, change) => {
		const outcome = await resumeParked({ body, awaiting, ...change });
		expect(outcome).toMatchObject({ status: 503, started: undefined, disabled: true });
		expect(outcome.answer.message).toBe('The callback could not be examined.');
	});
});

describe('a callback to a parked node whose credential holds no secret', () => {
	const unsigned = { body, headers: {}, awaiting, credential: withoutSecret };

	it('counts when Runflow says that the batch is finished', async () => {
		answerBatch(BATCH_ID, 'failed');
		expect(await resumeParked(unsigned)).toMatchObject({ status: 200, disabled: false });
		expect(requests()).toHaveLength(1);
	});

	it('is answered 503 while Runflow says that it is not', async () => {
		answerBatch(BATCH_ID, 'running');
		expect(await resumeParked(unsigned)).toMatchObject({ status: 503, ...PARKED });
	});

	it('is answered 403 when Runflow does not know the batch', async () => {
		runflow().get(`/v1/batches/${BATCH_ID}`).reply(404, {});
		expect(await resumeParked(unsigned)).toMatchObject({ status: 403, ...PARKED });
	});

	it('is not believed by a signature with an empty secret', async () => {
		answerBatch(BATCH_ID, 'running');
		const outcome = await resumeParked({ ...unsigned, headers: signed(body, '') });
		expect(outcome).toMatchObject({ status: 503, ...PARKED });
	});
});
