import {
	rememberResumed,
	wasResumedByAnother,
} from '../../../../../../nodes/Runflow/actions/batch/parking/resumedRuns.ts';

it('tells of a run for five seconds that another batch resumed it, and of no other run', () => {
	rememberResumed('a run', 'batch A', 1_000);
	expect(wasResumedByAnother('a run', 'batch B', 1_000)).toBe(true);
	expect(wasResumedByAnother('a run', 'batch B', 5_999)).toBe(true);
	expect(wasResumedByAnother('another run', 'batch B', 5_999)).toBe(false);
	expect(wasResumedByAnother('a run', 'batch B', 6_000)).toBe(false);
});

it('lets the batch that resumed a run resume it again, since its callback comes again if n8n failed', () => {
	rememberResumed('a run', 'batch A', 1_000);
	expect(wasResumedByAnother('a run', 'batch A', 1_001)).toBe(false);
});
