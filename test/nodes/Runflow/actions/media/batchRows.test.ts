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

	it.each<[string, string[], string[], Array<string | undefined>]>([
		['by their paths', ['/a?1', '/b?1'], ['/b?2', '/a?2'], ['/a?2', '/b?2']],
		['by their paths', ['/a?1', '/a?1'], ['/a?2'], ['/a?2', '/a?2']],
		['by place', ['/get?a&1', '/get?b&1'], ['/get?a&2', '/get?b&2'], ['/get?a&2', '/get?b&2']],
		['by place', ['/a?1', '/b?1'], ['/get?a', '/get?b'], ['/get?a', '/get?b']],
		['not at all', ['/get?a&1', '/get?b&1'], ['/get?b&2'], [undefined, undefined]],
	])("tells a run's files apart %s: %j, %j", async (_, old, fresh, found) => {
		const host = (paths: string[]) => paths.map((path) => `https://files.runflow.test${path}`);
		const output = { image_urls: host(fresh) };
		const links = host(old);
		runflow().persist().get('/v1/runs/r-1').query(true).reply(200, { id: 'r-1', output });
		const rows = new BatchRows(fakeApi(), fakeClock());
		const renewed = links.map(async (url) => await rows.freshUrlOfRun('r-1', url, links));
		expect(await Promise.all(renewed)).toEqual(
			found.map((path) => path && `https://files.runflow.test${path}`),
		);
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
