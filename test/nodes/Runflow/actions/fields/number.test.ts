import { readNumber } from '../../../../../nodes/Runflow/actions/fields/number.ts';
import { executeContext } from '../../../../fakes/executeContext.ts';

const FIELD = { displayName: 'Max Size', fallback: 5, least: 1 };
const read = (parameters: object) =>
	readNumber(executeContext({ parameters: { ...parameters } }), 0, 'options.size', FIELD);

describe('readNumber', () => {
	it.each<[object, number]>([
		[{}, 5],
		[{ options: { size: 1 } }, 1],
		[{ options: { size: '2.5' } }, 2.5],
	])('of %j reads %d', (parameters, number) => {
		expect(read(parameters)).toBe(number);
	});

	it.each([0.9, '', null, 'many', Infinity, {}])('refuses %j', (size) => {
		expect(() => read({ options: { size } })).toThrow(
			"'Max Size' of item 0 must be a number of at least 1, but is",
		);
	});
});
