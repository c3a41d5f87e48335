import {
	keepAwaiting,
	keptAwaiting,
	keptAwaitingOfParked,
	type Awaiting,
} from '../../../../../../nodes/Runflow/actions/batch/parking/awaiting.ts';
import { batchIdOf } from '../../../../../fakes/createRun.ts';
import { parkedContext } from '../../../../../fakes/resumeRun.ts';
import { waitingContext } from '../../../../../fakes/waitingContext.ts';

const awaiting: Awaiting = {
	executionId: '100',
	runIndex: 2,
	batches: [{ id: batchIdOf(0), itemIndexes: [0, 2] }],
	failed: [{ json: { error: 'no "way"' }, pairedItem: { item: 1 } }],
};

const inRun = (runIndex: number, kept = {}) =>
	waitingContext({ parameters: {}, runIndex, kept }).context;

describe('what a node waits for', () => {
	it('is found again in another try of the same run', () => {
		const kept = {};
		keepAwaiting(inRun(2, kept), awaiting);
		expect(keptAwaiting(inRun(2, kept))).toEqual(awaiting);
		expect(keptAwaiting(inRun(2, JSON.parse(JSON.stringify(kept))))).toEqual(awaiting);
	});

	it('has the batch ids beside it, for the user', () => {
		const kept: { batchIds?: unknown } = {};
		keepAwaiting(inRun(2, kept), awaiting);
		expect(kept.batchIds).toEqual([batchIdOf(0)]);
	});

	it.each([0, 1, 3])('is not found in run %d, which is another', (runIndex) => {
		const kept = {};
		keepAwaiting(inRun(2, kept), awaiting);
		expect(keptAwaiting(inRun(runIndex, kept))).toBeUndefined();
	});

	it('is forgotten for that of a later run', () => {
		const kept = {};
		keepAwaiting(inRun(2, kept), awaiting);
		keepAwaiting(inRun(3, kept), { ...awaiting, batches: [] });
		expect(keptAwaiting(inRun(2, kept))).toBeUndefined();
		expect(keptAwaiting(inRun(3, kept))?.batches).toEqual([]);
	});

	it('is nothing in a node that has not waited, or another that has', () => {
		expect(keptAwaiting(inRun(0))).toBeUndefined();
		expect(keptAwaiting(inRun(0, { other: '{}', runflowAwaiting: null }))).toBeUndefined();
	});

	it('is not found in an execution that n8n made of this one by Retry', () => {
		const kept = {};
		keepAwaiting(inRun(2, kept), awaiting);
		const retried = { parameters: {}, runIndex: 2, kept, executionId: '101' };
		expect(keptAwaiting(waitingContext(retried).context)).toBeUndefined();
	});

	it('is found as version 0.1.0 kept it, without the execution', () => {
		const { executionId, ...old } = awaiting;
		const kept = { runflowAwaiting: JSON.stringify(old) };
		expect([executionId, keptAwaiting(inRun(2, kept))]).toEqual(['100', old]);
	});
});

describe('what a parked node waits for, seen from its webhook', () => {
	it.each([
		'Runflow',
		'my "best" node',
		"it's",
		'back\\slash',
		'ünï\u2028code',
		'$node[0]',
		'constructor',
		'prototype',
		'toString',
		'valueOf',
		'__proto__',
	])('is read of the node named %j', (nodeName) => {
		const { context } = parkedContext({ executionId: '100', nodeName, awaiting });
		expect(keptAwaitingOfParked(context)).toEqual(awaiting);
	});

	it.each(['Runflow', 'braces {{ }}'])(
		'is read by an expression where n8n does not hand over the data of the execution: %j',
		(nodeName) => {
			const { context } = parkedContext({
				executionId: '100',
				nodeName,
				awaiting,
				handsOverData: false,
			});
			expect(keptAwaitingOfParked(context)).toEqual(awaiting);
		},
	);

	it("is nothing where it belongs to the execution before n8n's Retry", () => {
		const { context } = parkedContext({
			executionId: '100',
			awaiting: { ...awaiting, executionId: '99' },
		});
		expect(keptAwaitingOfParked(context)).toBeUndefined();
	});

	it('is nothing where nothing was kept', () => {
		expect(keptAwaitingOfParked(parkedContext({}).context)).toBeUndefined();
	});
});
