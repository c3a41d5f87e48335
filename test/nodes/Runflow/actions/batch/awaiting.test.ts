import {
	currentRunIndex,
	keepAwaiting,
	keptAwaiting,
	keptAwaitingOfParked,
	type Awaiting,
} from '../../../../../nodes/Runflow/actions/batch/awaiting.ts';
import { batchIdOf } from '../../../../fakes/createRun.ts';
import { parkedContext } from '../../../../fakes/resumeRun.ts';
import { waitingContext } from '../../../../fakes/waitingContext.ts';

const awaiting: Awaiting = {
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
		keepAwaiting(inRun(3, kept), { ...awaiting, runIndex: 3, batches: [] });
		expect(keptAwaiting(inRun(2, kept))).toBeUndefined();
		expect(keptAwaiting(inRun(3, kept))?.batches).toEqual([]);
	});

	it('is nothing in a node that has not waited, or another that has', () => {
		expect(keptAwaiting(inRun(0))).toBeUndefined();
		expect(keptAwaiting(inRun(0, { other: '{}', runflowAwaiting: null }))).toBeUndefined();
	});

	it('counts runs as n8n does', () => {
		expect(currentRunIndex(inRun(7))).toBe(7);
	});
});

describe('what a parked node waits for, seen from its webhook', () => {
	it.each(['Runflow', 'my "best" node', "it's", 'back\\slash', 'ünï\u2028code', '$node[0]'])(
		'is read of the node named %j',
		(nodeName) => {
			const { context } = parkedContext({ nodeName, awaiting });
			expect(keptAwaitingOfParked(context)).toEqual(awaiting);
		},
	);

	it('is nothing where nothing was kept', () => {
		expect(keptAwaitingOfParked(parkedContext({}).context)).toBeUndefined();
	});
});
