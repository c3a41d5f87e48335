import fc from 'fast-check';

import { readRetryAfter } from '../../../../../nodes/Runflow/runflow/http/retry.ts';

describe('readRetryAfter', () => {
	const now = Date.parse('2026-05-06T10:00:00Z');

	it.each<[unknown, number | undefined]>([
		['0', 0],
		['3', 3_000],
		[' 3 ', 3_000],
		['1.5', 1_500],
		['Wed, 06 May 2026 10:00:30 GMT', 30_000],
		['Wed, 06 May 2026 09:59:00 GMT', 0],
		['-1', undefined],
		['', undefined],
		['  ', undefined],
		['soon', undefined],
		['Infinity', undefined],
		[undefined, undefined],
		[['3'], undefined],
		[3, undefined],
	])('reads %j as %s', (header, expected) => {
		expect(readRetryAfter(header, now)).toBe(expected);
	});

	it('never throws and never gives a negative or unreal time', () => {
		fc.assert(
			fc.property(fc.oneof(fc.anything(), fc.date().map(String)), (header) => {
				const ms = readRetryAfter(header, now);
				expect(ms === undefined || (ms >= 0 && Number.isFinite(ms))).toBe(true);
			}),
		);
	});
});
