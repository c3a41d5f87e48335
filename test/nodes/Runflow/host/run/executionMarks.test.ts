import type { IExecuteFunctions } from 'n8n-workflow';

import { markExecution } from '../../../../../nodes/Runflow/host/run/executionMarks.ts';
import { Runflow } from '../../../../../nodes/Runflow/Runflow.node.ts';
import { acceptBatches, batchIdOf, createParameters } from '../../../../fakes/createRun.ts';
import { withoutNetwork } from '../../../../fakes/network.ts';
import { waitingContext } from '../../../../fakes/waitingContext.ts';

withoutNetwork();

const ids = (count: number, first = 0) =>
	Array.from({ length: count }, (_, index) => batchIdOf(first + index));
const context = () => waitingContext({ parameters: {} });

describe('markExecution', () => {
	it('packs ids into values that n8n does not cut, and leaves out what does not fit', () => {
		const { context: execute, marks } = context();
		markExecution(execute, 'runflowBatches', ids(20));
		expect(Object.fromEntries(marks)).toEqual({
			runflowBatches: ids(6).join(','),
			runflowBatches2: ids(6, 6).join(','),
		});
		for (const value of marks.values()) expect(value.length).toBeLessThanOrEqual(255);
	});

	it('keeps what other nodes marked, and no id twice', () => {
		const { context: execute, marks } = context();
		markExecution(execute, 'runflowBatches', ids(2));
		markExecution(execute, 'runflowBatches', ids(2, 1));
		expect(marks.get('runflowBatches')).toBe(ids(3).join(','));
	});

	it('takes the marks that expressions have where the context has none', () => {
		const { context: execute, marks } = context();
		const { customData } = execute;
		const older = { getWorkflowDataProxy: () => ({ $execution: { customData } }) };
		markExecution(older as unknown as IExecuteFunctions, 'runflowBatches', ids(1));
		expect(marks.get('runflowBatches')).toBe(batchIdOf(0));
	});

	it('does nothing without ids, and where there are no marks', () => {
		const { context: execute, marks } = context();
		markExecution(execute, 'runflowBatches', []);
		expect(marks.size).toBe(0);
		const without = Object.defineProperty({}, 'customData', {
			get: () => {
				throw new Error('not available in this context');
			},
		});
		markExecution({} as IExecuteFunctions, 'runflowBatches', ids(1));
		markExecution(without as IExecuteFunctions, 'runflowBatches', ids(1));
	});

	it('is told of the batches that a run of the node makes', async () => {
		acceptBatches(2);
		const { context: execute, marks } = waitingContext({
			parameters: createParameters(),
			items: 101,
		});
		await new Runflow().execute.call(execute);
		expect(marks.get('runflowBatches')).toBe(`${batchIdOf(0)},${batchIdOf(100)}`);
	});
});
