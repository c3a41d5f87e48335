import {
	rememberResumed,
	wasResumedJustNow,
} from '../../../../../../nodes/Runflow/actions/batch/parking/resumedRuns.ts';

it('tells of a run for five seconds that it was resumed, and of no other', () => {
	rememberResumed('a run', 1_000);
	expect(wasResumedJustNow('a run', 1_000)).toBe(true);
	expect(wasResumedJustNow('a run', 5_999)).toBe(true);
	expect(wasResumedJustNow('another run', 5_999)).toBe(false);
	expect(wasResumedJustNow('a run', 6_000)).toBe(false);
});
