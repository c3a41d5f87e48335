import { BatchRows } from '../../../../../nodes/Runflow/actions/media/batchRows.ts';
import { fakeApi, rejection } from '../../../../fakes/api.ts';
import { BATCH_ID } from '../../../../fakes/callbacks.ts';
import { fakeClock } from '../../../../fakes/clock.ts';
import { requests, runflow, withoutNetwork } from '../../../../fakes/network.ts';
import { answerItems, row } from '../../../../fakes/waitingContext.ts';

withoutNetwork();

const link = (number: number, query = '') => `https://files.runflow.test/${number}.png${query}`;

describe('BatchRows', () => {
	it('finds a row by its own id, whatever its number', async () => {
		answerItems(BATCH_ID, [row(0, { id: 'a' }), row(1, { id: 'b' })]);
		const rows = new BatchRows(fakeApi(), fakeClock());
		const fresh = async (of: object) =>
			await rows.freshUrl(BATCH_ID, of, link(1, '?old'), [link(1, '?old')]);
		expect(await fresh({ id: 'b', sequenceIndex: 0 })).toBe(link(1));
		expect(await fresh({ id: 'unknown', sequenceIndex: 1 })).toBe(link(1));
		expect(await fresh({})).toBeUndefined();
		expect(requests()).toHaveLength(1);
	});

	it('asks again after a reading that failed', async () => {
		const rows = new BatchRows(fakeApi(), fakeClock());
		const fresh = async () =>
			await rows.freshUrl(BATCH_ID, { sequenceIndex: 0 }, link(0, '?old'), [link(0, '?old')]);
		runflow().get(`/v1/batches/${BATCH_ID}/items`).query(true).reply(404, {});
		expect(await Promise.all([rejection(fresh()), rejection(fresh())])).toHaveLength(2);
		answerItems(BATCH_ID, [0]);
		expect(await fresh()).toBe(link(0));
		expect(requests()).toHaveLength(2);
	});
});
