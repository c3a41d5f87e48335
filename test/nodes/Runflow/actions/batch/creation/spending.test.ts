import type { IDataObject } from 'n8n-workflow';

import { rejection } from '../../../../../fakes/api.ts';
import { FakeBinaries } from '../../../../../fakes/binaries.ts';
import { fakeClock } from '../../../../../fakes/clock.ts';
import {
	acceptBatches,
	batchIdOf,
	createParameters,
	creations,
	runCreate,
} from '../../../../../fakes/createRun.ts';
import { requests, runflow, withoutNetwork } from '../../../../../fakes/network.ts';
import {
	answerBatch,
	finishedBatch,
	runWaiting,
	waitingParameters,
} from '../../../../../fakes/waitingContext.ts';

withoutNetwork();

const limited = (options: IDataObject, items = 3, more = {}) =>
	runCreate({ items, parameters: createParameters({ options }), ...more });
const balanceIs = (balance: string) => runflow().get('/v1/billing/balance').reply(200, { balance });

describe.each([
	['Most Rows', 'mostRows'],
	['Keep at Least', 'keepAtLeast'],
])('%s whose expression finds nothing', (name, option) => {
	it.each([null, undefined, ''])(
		'is no limit that was meant, and nothing is sent: %j',
		async (given) => {
			const options = { [option]: '={{ $json.limit }}' };
			const error = (await rejection(
				limited({ [option]: given }, 3, { storedParameters: { options } }),
			)) as Error;
			expect(error.message).toContain(`'${name}'`);
			expect(error.message).toContain('its expression gives nothing');
			expect(requests()).toEqual([]);
		},
	);
});

describe('Most Rows', () => {
	it.each([3, '3', 4])('lets as many rows through: %j', async (mostRows) => {
		acceptBatches(1);
		expect(await limited({ mostRows })).toHaveLength(1);
	});

	it('refuses more before anything is sent', async () => {
		const error = (await rejection(limited({ mostRows: 2 }))) as Error;
		expect((error as Error).message).toBe("'Most Rows' allows 2 rows, but there are 3");
		expect(requests()).toEqual([]);
	});

	it('counts the rows of an array, and refuses all items when it continues on fail', async () => {
		const parameters = createParameters({
			inputMode: 'jsonArray',
			batchJson: [{ row: 0 }, { row: 1 }],
			options: { mostRows: 3 },
		});
		const output = await runCreate({ items: 2, parameters, continueOnFail: true });
		expect(output.map(({ json }) => json.error)).toEqual(
			Array(2).fill(expect.stringContaining('allows 3 rows, but there are 4')),
		);
		expect(requests()).toEqual([]);
	});

	it.each([0, -1, 1.5, 'many'])('must be a whole number of at least 1: %j', async (mostRows) => {
		expect(((await rejection(limited({ mostRows }))) as Error).message).toContain('whole number');
	});
});

describe('Keep at Least', () => {
	it.each([
		['25.00', '25'],
		['25', '25.000'],
		['9007199254740993.01', '9007199254740993.00'],
	])('starts with a balance of %s for %s, which is read once', async (balance, keepAtLeast) => {
		balanceIs(balance);
		acceptBatches(3);
		await limited({ keepAtLeast }, 250);
		expect(requests().map(({ method }) => method)).toEqual(['GET', 'POST', 'POST', 'POST']);
	});

	it.each([
		['24.99', '25'],
		['-1', '0'],
		['9007199254740992.99', '9007199254740993'],
	])('refuses a balance of %s for %s', async (balance, keepAtLeast) => {
		balanceIs(balance);
		const error = (await rejection(limited({ keepAtLeast }))) as Error;
		expect(error.message).toBe(
			`'Keep at Least' is ${keepAtLeast}, but Runflow's balance is ${balance}`,
		);
		expect(requests()).toHaveLength(1);
	});

	it('must be an amount', async () => {
		const error = (await rejection(limited({ keepAtLeast: '25 dollars' }))) as Error;
		expect(error.message).toContain('must be an amount');
		expect(requests()).toEqual([]);
	});

	it('is kept before files are uploaded', async () => {
		balanceIs('24.99');
		const binaries = new FakeBinaries();
		const picture = binaries.binary(Buffer.from('picture'));
		const uploadBinary = { files: [{ field: 'image_url', binaryProperty: 'data' }] };
		const items = [{ json: {}, binary: { data: picture } }];
		const parameters = createParameters({ options: { keepAtLeast: '25', uploadBinary } });
		const error = (await rejection(runCreate({ items, binaries, parameters }))) as Error;
		expect(error.message).toContain("Runflow's balance is 24.99");
		expect(requests()).toHaveLength(1);
	});

	it('is kept before what is in doubt is sent again, which stays remembered', async () => {
		const more = { nodeContext: {}, edition: { clock: fakeClock() } };
		const keysSent = () => requests().flatMap(({ headers }) => headers['idempotency-key'] ?? []);
		balanceIs('25');
		runflow()
			.post(/batches$/)
			.times(5)
			.reply(503, {});
		await rejection(limited({ keepAtLeast: '25' }, 1, more));
		balanceIs('24.99');
		const error = (await rejection(limited({ keepAtLeast: '25' }, 1, more))) as Error;
		expect(error.message).toContain("Runflow's balance is 24.99");
		expect(keysSent()).toHaveLength(5);
		acceptBatches(1);
		await limited({}, 1, more);
		expect(keysSent()).toHaveLength(6);
		expect(new Set(keysSent()).size).toBe(1);
	});

	it('does not hold back what is paid already', async () => {
		const nodeContext = {};
		acceptBatches(1);
		await limited({}, 1, { nodeContext });
		const [{ body }] = creations();
		expect(body.input).toHaveLength(1);
		runflow()
			.get(/\/v1\/batches\//)
			.reply(200, { id: 'b', status_code: 'queued' });
		expect(await limited({ keepAtLeast: '999' }, 1, { nodeContext })).toHaveLength(1);
	});

	it('does not hold back an agent that goes on with what its unfinished call paid for', async () => {
		acceptBatches(1);
		const kept = {};
		const call = async (options: IDataObject) =>
			await runWaiting({
				kept,
				isTool: true,
				items: [{ json: { query: Math.random() } }],
				parameters: waitingParameters({ timeout: 1e-9, options }),
			});
		answerBatch(batchIdOf(0), 'running');
		await call({});
		// It is looked at before it is taken over.
		answerBatch(batchIdOf(0), 'running');
		finishedBatch({ rows: 1 });
		const { output } = await call({ keepAtLeast: '999' });
		expect(output[0].json.status_code).toBe('succeeded');
		expect(requests().filter(({ method }) => method === 'POST')).toHaveLength(1);
	});
});
