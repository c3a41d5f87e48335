import { problemsOf } from '../../../../nodes/Runflow/actions/inputError.ts';
import { errorForProblems, itemsText } from '../../../../nodes/Runflow/actions/inputProblems.ts';
import { executeContext } from '../../../fakes/executeContext.ts';

const context = executeContext({ parameters: {} });
const link = (itemIndex: number, is = '"x"') => ({
	itemIndex,
	field: 'Photo',
	problem: `must be a link, but is ${is}`,
	advice: 'Correct it.',
});
const scale = (itemIndex: number) => ({
	itemIndex,
	field: 'Scale',
	problem: 'is empty, but the model requires it',
	advice: 'Fill it in.',
});

it.each([
	[[3], 'item 3'],
	[[4, 3], 'items 3 and 4'],
	[[0, 1, 2], 'items 0 to 2'],
	[[0, 1, 2, 120, 140], 'items 0 to 2, 120 and 140'],
	[
		Array.from({ length: 15 }, (_, index) => index * 2),
		'items 0, 2, 4, 6, 8, 10, 12, 14, 16, 18 and 5 more',
	],
])('names %j', (items, text) => {
	expect(itemsText(items)).toBe(text);
});

it('says a single problem as it is', () => {
	const error = errorForProblems(context, [link(7)], 'Nothing was sent.');
	expect(error.message).toBe(`'Photo' of item 7 must be a link, but is "x"`);
	expect(error).toMatchObject({
		description: 'Correct it. Nothing was sent.',
		context: { itemIndex: 7 },
	});
});

it('says equal problems once, with the items they are in', () => {
	expect(errorForProblems(context, [link(3), link(7), link(120)]).message).toBe(
		`'Photo' of items 3, 7 and 120 must be a link, but is "x"`,
	);
});

it('says whose value it shows where the items hold different ones', () => {
	expect(errorForProblems(context, [link(3), link(7, '"y"')]).message).toBe(
		`'Photo' of items 3 and 7 must be a link, but is "x" (item 3)`,
	);
});

it('says other problems in the description, and knows all of them', () => {
	const found = [link(3), scale(3), link(4), scale(9)];
	const error = errorForProblems(context, found, 'Nothing was sent.');
	expect(error.message).toBe(`'Photo' of items 3 and 4 must be a link, but is "x"`);
	expect(error.description).toBe(
		"Also: 'Scale' of items 3 and 9 is empty, but the model requires it. Correct it. Nothing was sent.",
	);
	expect(problemsOf(error)).toEqual(found);
});
