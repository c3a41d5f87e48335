import { Runflow } from '../../../../../nodes/Runflow/Runflow.node.ts';
import { rejection } from '../../../../fakes/api.ts';
import { fakeClock } from '../../../../fakes/clock.ts';
import { executeContext } from '../../../../fakes/executeContext.ts';
import { runflow, withoutNetwork } from '../../../../fakes/network.ts';

withoutNetwork();

const answer = (body: object) => runflow().get('/v1/billing/balance').reply(200, body);
const run = async (items = 1) => {
	const parameters = { resource: 'account', operation: 'getBalance' };
	const edition = { clock: fakeClock() };
	return (await new Runflow().execute.call(executeContext({ parameters, items, edition })))[0];
};

describe('Account > Get Balance', () => {
	it.each<[object, string]>([
		[{ id: 'b-1', balance: '12.3400', low_balance_threshold: '10.00' }, '12.3400'],
		[{ balance: 12.5 }, '12.5'],
		[{ balance_cents: 1205, currency: 'USD' }, '12.05'],
		[{ balance: '-3', balance_cents: 1 }, '-3'],
	])('gives the amount as a decimal string: %j', async (body, balance) => {
		answer(body);
		expect(await run()).toEqual([{ json: { ...body, balance }, pairedItem: { item: 0 } }]);
	});

	it('is asked once for all items', async () => {
		answer({ balance: '1.00' });
		const items = await run(3);
		expect(items.map(({ json }) => json.balance)).toEqual(['1.00', '1.00', '1.00']);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
	});

	it('says so when no amount is told, asked again', async () => {
		runflow().get('/v1/billing/balance').times(5).reply(200, { balance: 'plenty' });
		expect(((await rejection(run())) as Error).message).toContain('balance');
	});

	it('is asked for again where an answer lacks it', async () => {
		answer({ currency: 'USD' });
		answer({ balance: '3.00' });
		expect((await run())[0].json.balance).toBe('3.00');
	});
});
