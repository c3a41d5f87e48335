import type { IDataObject } from 'n8n-workflow';

import { outcomeText } from '../../../../../../nodes/Runflow/actions/batch/results/outcomeHint.ts';
import { acceptBatches, batchIdOf } from '../../../../../fakes/createRun.ts';
import { withoutNetwork } from '../../../../../fakes/network.ts';
import {
	answerBatch,
	answerItems,
	finishedBatch,
	row,
	runWaiting,
	waitingContext,
	waitingParameters,
} from '../../../../../fakes/waitingContext.ts';
import { Runflow } from '../../../../../../nodes/Runflow/Runflow.node.ts';

withoutNetwork();

const items = (...rows: IDataObject[]) => rows.map((json) => ({ json }));
const good = (cost: string | null = '0.14') => ({ status_code: 'succeeded', error: null, cost });

describe('the hint at what became of the rows', () => {
	it.each<[IDataObject[], string]>([
		[[good()], '1 of 1 row succeeded, cost 0.14'],
		[[...Array.from({ length: 20 }, () => good())], '20 of 20 rows succeeded, cost 2.80'],
		[[good(null), good(null)], '2 of 2 rows succeeded'],
		[
			[good('0.1'), good('0.2'), { status_code: 'failed', error: { message: 'bad' }, cost: null }],
			'2 of 3 rows succeeded, cost 0.3; first failure: bad',
		],
		[
			[
				{ ...good(), tries: 1 },
				{ ...good(), tries: 3 },
			],
			'2 of 2 rows succeeded (1 after another try), cost 0.28',
		],
		[
			[{ error: 'no such file', details: 'x' }],
			'0 of 1 row succeeded; first failure: no such file',
		],
		[
			[good('0.1'), { status_code: 'partial_succeeded', error: { message: 'bad' }, cost: '0.2' }],
			'1 of 2 rows succeeded, cost 0.3; first failure: bad',
		],
		[
			[
				{ ...good(), files: [{ name: 'a.png' }, { error: 'answered 404' }] },
				{ ...good(), files: [{ error: 'answered 500' }] },
			],
			'2 of 2 rows succeeded, cost 0.28; 2 of 3 files not downloaded: answered 404',
		],
	])('%j', (rows, text) => {
		expect(outcomeText(items(...rows))).toBe(text);
	});

	it('cuts a long error', () => {
		const error = { message: 'x'.repeat(5_000) };
		expect(outcomeText(items({ error })).length).toBeLessThan(300);
	});

	it('is shown after Create and Wait, without what could be a tag', async () => {
		acceptBatches(1);
		answerBatch(batchIdOf(0), 'partial_succeeded');
		const failed = { status_code: 'failed', error: { message: '<b>bad</b>' }, output: null };
		answerItems(batchIdOf(0), [row(0, { cost: '0.05' }), row(1, failed)]);
		expect((await runWaiting({ items: 2 })).hints).toEqual([
			'1 of 2 rows succeeded, cost 0.05; first failure, item 1: ‹b>bad‹/b>',
		]);
	});

	it.each(['stopWorkflow', 'continueErrorOutput'] as const)(
		'counts what a row cost that succeeded in part (%s)',
		async (onError) => {
			acceptBatches(1);
			answerBatch(batchIdOf(0), 'partial_succeeded');
			const partly = { status_code: 'partial_succeeded', error: { message: 'bad' }, cost: '0.10' };
			answerItems(batchIdOf(0), [row(0, partly)]);
			const { hints } = await runWaiting({
				continueOnFail: onError === 'continueErrorOutput',
				node: { onError },
			});
			expect(hints).toEqual(['0 of 1 row succeeded, cost 0.10; first failure, item 0: bad']);
		},
	);

	it('is left out where this n8n has no hints', async () => {
		acceptBatches(1);
		finishedBatch({ rows: 1 });
		const { context } = waitingContext({ parameters: waitingParameters() });
		Object.assign(context, { addExecutionHints: undefined });
		expect((await new Runflow().execute.call(context))[0]).toHaveLength(1);
	});
});
