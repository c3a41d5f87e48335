import { getBatch, getWholeBatch } from '../../../../../nodes/Runflow/runflow/batches/batches.ts';
import { failure } from '../../../../../nodes/Runflow/runflow/http/errors.ts';
import { isPassing, type Transport } from '../../../../../nodes/Runflow/runflow/index.ts';
import { fakeApi, rejection } from '../../../../fakes/api.ts';
import { BATCH_ID } from '../../../../fakes/callbacks.ts';
import { answerOf } from '../../../../fakes/transport.ts';

/** A batch whose own answer is too large; its items have these states. */
function largeBatch(states: string[], itemsTooLarge = false) {
	const seen: string[] = [];
	const transport = {
		send: async ({ url }: { url: URL }) => {
			seen.push(url.pathname.split('/').slice(3).join('/').replace(BATCH_ID, 'id'));
			const items = states.map((status_code, sequence_index) => ({ sequence_index, status_code }));
			const isList = url.pathname.endsWith('/items');
			return answerOf(() => {
				if (!isList || itemsTooLarge) throw failure('tooLarge', url.host);
				expect(url.searchParams.get('fields')).toMatch(/^id,.*status_code/);
				return { items };
			});
		},
	} satisfies Transport;
	return { api: fakeApi({ transport }), seen };
}

describe('a batch whose answer is too large', () => {
	it.each([
		[['succeeded', 'succeeded'], 'succeeded'],
		[['failed', 'failed'], 'failed'],
		[['canceled', 'cancelled'], 'cancelled'],
		[['succeeded', 'failed'], 'partial_succeeded'],
		[['succeeded', 'running'], 'running'],
		[['succeeded', 'expired'], 'running'],
		[[], 'running'],
	])('with items that are %j is %s', async (states, status_code) => {
		const { api } = largeBatch(states);
		expect(await getBatch(api, BATCH_ID)).toMatchObject({
			id: BATCH_ID,
			status_code,
			items_total: states.length,
			items_succeeded: states.filter((state) => state === 'succeeded').length,
		});
	});

	it('is downloaded once, however often it is asked for', async () => {
		const { api, seen } = largeBatch(['running']);
		for (let poll = 0; poll < 3; poll++) await getBatch(api, BATCH_ID);
		expect(seen).toEqual(['id', 'id/items', 'id/items', 'id/items']);
	});

	it('is an error where everything it tells is wanted', async () => {
		const { api, seen } = largeBatch(['succeeded']);
		const error = await rejection(getWholeBatch(api, BATCH_ID));
		expect(error).toMatchObject({ kind: 'tooLarge' });
		expect(seen).toEqual(['id']);
	});

	it('ends polling where its items are too large as well', async () => {
		const error = await rejection(getBatch(largeBatch([], true).api, BATCH_ID));
		expect(error).toMatchObject({ kind: 'tooLarge' });
		expect(isPassing(error)).toBe(false);
	});
});
