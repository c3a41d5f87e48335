import type { IDataObject } from 'n8n-workflow';

import { readLimit } from '../../../../../nodes/Runflow/actions/fields/limitFields.ts';
import { executeContext } from '../../../../fakes/executeContext.ts';

const limitOf = (parameters: IDataObject) => readLimit(executeContext({ parameters }), 0);

describe('readLimit', () => {
	it.each<[IDataObject, number]>([
		[{}, 50],
		[{ returnAll: false, limit: 1 }, 1],
		[{ limit: 1_000 }, 1_000],
		[{ limit: '7' }, 7],
		[{ returnAll: true, limit: 7 }, Infinity],
		[{ returnAll: true, limit: -1 }, Infinity],
	])('of %j is %d', (parameters, limit) => {
		expect(limitOf(parameters)).toBe(limit);
	});

	it.each([0, -1, 0.5, 2.5, NaN, Infinity, '', 'many', null, [1, 2]])(
		'refuses %p, which is no number of results',
		(limit) => {
			expect(() => limitOf({ limit } as IDataObject)).toThrow(
				"'Limit' of item 0 must be a whole number of at least 1, but is",
			);
		},
	);
});
