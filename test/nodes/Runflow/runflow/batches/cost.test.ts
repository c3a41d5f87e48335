import fc from 'fast-check';

import { costText } from '../../../../../nodes/Runflow/runflow/batches/cost.ts';

describe('costText', () => {
	it.each<[unknown, string | null]>([
		['0.1000', '0.1000'],
		[0, '0'],
		[0.14, '0.14'],
		[1e-7, '0.0000001'],
		[NaN, null],
		[null, null],
		[undefined, null],
		[{}, null],
	])('reads %j as %j', (cost, text) => {
		expect(costText(cost)).toBe(text);
	});

	it('gives a decimal number of the same value', () => {
		fc.assert(
			fc.property(fc.double({ min: 1e-15, max: 1e12, noNaN: true }), (cost) => {
				expect(costText(cost)).toMatch(/^\d+(\.\d+)?$/);
				expect(Number(costText(cost))).toBeCloseTo(cost, 10);
			}),
		);
	});
});
