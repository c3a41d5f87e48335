import { isCreationRefused } from '../../../../../nodes/Runflow/runflow/creations.ts';
import { labelOf, ownRef, withLabel } from '../../../../../nodes/Runflow/runflow/runs/ownRef.ts';
import { runRow } from '../../../../../nodes/Runflow/runflow/runs/runRow.ts';
import { runState } from '../../../../../nodes/Runflow/runflow/runs/runSchema.ts';
import { createRun } from '../../../../../nodes/Runflow/runflow/runs/runs.ts';
import { fakeApi, rejection } from '../../../../fakes/api.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';

withoutNetwork();

const ref = ownRef(['one']);
const body = JSON.stringify({ input: { prompt: 'a' }, client_ref: ref });
const create = async (look?: 'once' | 'again') =>
	await createRun(fakeApi(), 'runflow/upscale', body, 'key-1', { look });
const post = () => runflow().post('/v1/models/runflow/upscale/runs');
const list = (...items: object[]) => runflow().get('/v1/runs').query(true).reply(200, { items });
const sent = () => requests().filter(({ method }) => method === 'POST');

describe('createRun', () => {
	it('sends the body as it is, under the key', async () => {
		post().reply(200, { id: 'r-1', status_code: 'queued', cost: { odd: 1 } });
		expect((await create()).id).toBe('r-1');
		expect(requests()).toMatchObject([{ body, headers: { 'idempotency-key': 'key-1' } }]);
	});

	it('takes what is there after a lost answer', async () => {
		post().reply(502, '<html>');
		list({ id: 'other', client_ref: 'other' }, { id: 'r-1', client_ref: ref });
		expect((await create()).id).toBe('r-1');
		expect(sent()).toHaveLength(1);
		expect(decodeURIComponent(requests()[1].path)).toContain(`q=client_ref.EQ:'${ref}'`);
	});

	it('looks again, since lists can be behind, and then sends the same bytes again', async () => {
		post().reply(503, { code: 'UNAVAILABLE', message: 'no' });
		for (let reads = 0; reads < 4; reads++) list();
		post().reply(201, { id: 'r-1' });
		expect((await create()).id).toBe('r-1');
		expect(sent().map((request) => [request.body, request.headers['idempotency-key']])).toEqual([
			[body, 'key-1'],
			[body, 'key-1'],
		]);
	});

	it('sends nothing again where the list cannot be read, and stays in doubt', async () => {
		post().reply(503, { code: 'UNAVAILABLE', message: 'no' });
		runflow().get('/v1/runs').query(true).reply(403, { code: 'PERMISSION_DENIED', message: 'no' });
		const error = await rejection(create());
		expect(error).toMatchObject({ status: 503 });
		expect(isCreationRefused(error)).toBe(false);
		expect(sent()).toHaveLength(1);
	});

	it('is refused for good where nothing came before', async () => {
		post().reply(402, { code: 'INSUFFICIENT_CREDIT', message: 'no' });
		expect(isCreationRefused(await rejection(create()))).toBe(true);
		expect(requests()).toHaveLength(1);
	});

	it('is not refused for good after a try that may have arrived', async () => {
		post().reply(503, { code: 'UNAVAILABLE', message: 'no' });
		for (let reads = 0; reads < 4; reads++) list();
		post().reply(402, { code: 'INSUFFICIENT_CREDIT', message: 'no' });
		expect(isCreationRefused(await rejection(create()))).toBe(false);
	});

	it('looks first where it is told to', async () => {
		list({ id: 'r-1', client_ref: ref });
		expect((await create('once')).id).toBe('r-1');
		list();
		post().reply(201, { id: 'r-2' });
		expect((await create('once')).id).toBe('r-2');
	});
});

describe('a run as a row', () => {
	it.each([
		[{ status_code: 'succeeded' }, 'succeeded'],
		[{ status_code: 'completed' }, 'succeeded'],
		[{ status_code: 'canceled' }, 'cancelled'],
		[{ status: 'failed' }, 'failed'],
		[{ status_code: 'timeout' }, 'failed'],
		[{ status_code: 'dispatching' }, 'dispatching'],
		[{}, 'unknown'],
	])('has the state of %j: %s', (run, state) => {
		expect(runState(run)).toBe(state);
	});

	it.each<[object, unknown]>([
		[{ status_code: 'succeeded', failure_message: 'x' }, null],
		[{ status_code: 'running' }, null],
		[
			{ status_code: 'failed', failure_code: 'C', failure_message: 'm' },
			{ code: 'C', message: 'm' },
		],
		[
			{ status_code: 'failed', failure_code: 'C' },
			{ code: 'C', message: 'C' },
		],
		[{ status_code: 'failed', error: 'bad' }, { message: 'bad' }],
		[{ status_code: 'failed', output: { message: 'in its place' } }, { message: 'in its place' }],
		[{ status_code: 'failed' }, { message: 'The model failed on this row' }],
		[{ status_code: 'partial_succeeded' }, { message: 'The run succeeded only in part' }],
	])('has the error of %j', (run, error) => {
		expect(runRow({ id: 'r-1', ...run }).error).toEqual(error);
	});

	it.each<[object, string, unknown]>([
		[{ status_code: 'expired' }, 'failed', { message: "The run ended in the state 'expired'" }],
		[
			{ status_code: 'rejected', failure_code: 'C', failure_message: 'gone' },
			'failed',
			{ code: 'C', message: "The run ended in the state 'rejected'. gone" },
		],
		[{ status_code: 'canceled' }, 'cancelled', { message: 'The row was cancelled' }],
		[{ status_code: 'running' }, 'running', null],
	])('with completed_at and %j is %s', (run, status_code, error) => {
		const completed_at = '2026-05-06T10:00:01.000+00:00';
		expect(runRow({ id: 'r-1', completed_at, ...run })).toMatchObject({ status_code, error });
	});

	it('has the label of the person, not our own reference', () => {
		expect(labelOf({ client_ref: 'mine' })).toBe('mine');
		expect(labelOf({ client_ref: ref })).toBeNull();
		expect(labelOf({ client_ref: ref, metadata: withLabel({ a: 1 }, 'mine') })).toBe('mine');
		expect(withLabel({ client_ref: 'own field' }, 'mine')).toEqual({ client_ref: 'own field' });
		expect(runRow({ id: 'r-1', client_ref: ref }, 'kept').client_ref).toBe('kept');
	});
});
