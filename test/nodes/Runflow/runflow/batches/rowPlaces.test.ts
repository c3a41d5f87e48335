import fc from 'fast-check';

import { placesOf, type Numbered } from '../../../../../nodes/Runflow/runflow/batches/rowPlaces.ts';

const numbered = (...numbers: Array<number | null>): Numbered[] =>
	numbers.map((sequence_index) => ({ sequence_index }));

describe('placesOf', () => {
	it.each<[string, Array<number | null>, number, Array<number | undefined>]>([
		['from 0', [0, 1, 2], 3, [0, 1, 2]],
		['from 0, in any order', [2, 0, 1], 3, [2, 0, 1]],
		['from 1', [1, 2, 3], 3, [0, 1, 2]],
		['from 1, in any order', [3, 1, 2], 3, [2, 0, 1]],
		['from anywhere, complete', [7, 5, 6], 3, [2, 0, 1]],
		['from 0 with a hole', [0, 2], 3, [0, 2]],
		['from 1 with a hole before the last', [1, 3], 3, [0, 2]],
		['a single row, from 0', [0], 1, [0]],
		['a single row, from 1', [1], 1, [0]],
		['holes that leave the start open', [1, 2], 3, [undefined, undefined]],
		['twice the same', [0, 1, 1], 3, [0, undefined, undefined]],
		['one too high', [0, 1, 3], 3, [0, 1, undefined]],
		['none at all, a single row', [null], 1, [0]],
		['none at all, complete', [null, null], 2, [undefined, undefined]],
		['none at all, with a hole', [null, null], 3, [undefined, undefined]],
		['some, in order', [0, null, 2], 3, [0, 1, 2]],
		['some, from 1, in order', [1, null, 3], 3, [0, 1, 2]],
		['some, out of order', [2, null, 0], 3, [2, undefined, 0]],
		['some, with a hole', [0, null], 3, [0, undefined]],
		['some, the start open', [1, null, null], 3, [undefined, undefined, undefined]],
	])('reads numbers %s', (_, numbers, total, places) => {
		expect(placesOf(numbered(...numbers), total)).toEqual(places);
	});

	it.each(['id', 'run_id', 'client_ref'] as const)(
		'finds the number of an item at its handle by %s',
		(name) => {
			const handles = ['a', 'b', 'c'].map((value, index) => ({
				[name]: value,
				sequence_index: index + 1,
			}));
			const items = [{ [name]: 'c' }, { [name]: 'a', sequence_index: null }];
			expect(placesOf(items, 3, handles)).toEqual([2, 0]);
		},
	);

	it('lets complete handles decide from where the numbers of some items count', () => {
		const items = numbered(1, 2);
		expect(placesOf(items, 3, numbered(0, 1, 2))).toEqual([1, 2]);
		expect(placesOf(items, 3, numbered(1, 2, 3))).toEqual([0, 1]);
	});

	it('takes no handle that two rows share', () => {
		const handles = [
			{ client_ref: 'a', sequence_index: 0 },
			{ client_ref: 'a', sequence_index: 1 },
		];
		expect(placesOf([{ client_ref: 'a' }], 2, handles)).toEqual([undefined]);
	});

	it('never puts a result on a foreign row', () => {
		const scene = fc.integer({ min: 1, max: 8 }).chain((total) =>
			fc.record({
				total: fc.constant(total),
				first: fc.constantFrom(0, 1),
				there: fc.array(fc.boolean(), { minLength: total, maxLength: total }),
				hasNumber: fc.array(fc.boolean(), { minLength: total, maxLength: total }),
				hasHandle: fc.array(fc.boolean(), { minLength: total, maxLength: total }),
				order: fc.shuffledSubarray(
					Array.from({ length: total }, (_, index) => index),
					{ minLength: total },
				),
				twice: fc.option(fc.nat(total - 1)),
			}),
		);
		fc.assert(
			fc.property(scene, ({ total, first, there, hasNumber, hasHandle, order, twice }) => {
				// Lists without numbers come in the order of the batch; with numbers in any.
				const complete = hasNumber.every(Boolean);
				const rows = (complete ? order : [...order].sort((a, b) => a - b)).filter(
					(row) => there[row],
				);
				const items = rows.map((row) => ({
					id: `row-${row}`,
					...(hasNumber[row] ? { sequence_index: row + first } : {}),
				}));
				if (twice !== null && there[twice] && complete) {
					items.push({ id: 'double', sequence_index: twice + first });
				}
				const handles = rows
					.filter((row) => hasHandle[row])
					.map((row) => ({ id: `row-${row}`, sequence_index: row + first }));
				const places = placesOf(items, total, handles);
				places.forEach((place, index) => {
					if (place === undefined) return;
					expect(items[index].id).toBe(`row-${place}`);
				});
				if (there.every(Boolean) && complete && items.length === total) {
					expect(places).toEqual(rows);
				}
			}),
			{ numRuns: 2_000 },
		);
	});
});
