import type { IExecuteFunctions, NodeOperationError } from 'n8n-workflow';

import { errorAbout, inputError, type InputProblem } from './inputError';

const MOST_RANGES = 10;
const MOST_SENTENCES = 10;

/** One problem, and the items that have it. */
export interface SharedProblem {
	first: InputProblem;
	items: number[];
	/** Whether the items hold different values in the field. */
	varies: boolean;
}

/**
 * One error for many problems. Equal ones are said once, with the items they are in: the first in the
 * message, the others in the description.
 *
 * @param found at least one
 * @param outcome what has become of the items, as a sentence
 */
export function errorForProblems(
	context: IExecuteFunctions,
	found: readonly InputProblem[],
	outcome = '',
): NodeOperationError {
	const [shared, ...others] = shareProblems(found);
	const { first } = shared;
	if (found.length === 1) {
		const advice = [first.advice, outcome].filter(Boolean).join(' ');
		return inputError(context, first.itemIndex, first.field, first.problem, advice);
	}
	const more = others.length - MOST_SENTENCES;
	const also = [
		...others.slice(0, MOST_SENTENCES).map(sentence),
		...(more > 0 ? [`${more} more`] : []),
	];
	return errorAbout(
		context,
		sentence(shared),
		[also.length > 0 ? `Also: ${also.join('; ')}.` : '', first.advice, outcome]
			.filter(Boolean)
			.join(' '),
		found,
	);
}

/** Puts equal problems together. What a field holds instead may differ from item to item. */
export function shareProblems(found: readonly InputProblem[]): SharedProblem[] {
	const groups = new Map<string, SharedProblem>();
	for (const problem of found) {
		const key = `${problem.field}\n${rule(problem.problem)}`;
		const group = groups.get(key);
		if (!group) {
			groups.set(key, { first: problem, items: [problem.itemIndex], varies: false });
			continue;
		}
		if (group.items.at(-1) !== problem.itemIndex) group.items.push(problem.itemIndex);
		group.varies ||= group.first.problem !== problem.problem;
	}
	return [...groups.values()];
}

/** E.g. "item 3", "items 0 to 99 and 120". */
export function itemsText(items: readonly number[]): string {
	const ranges: Array<[number, number]> = [];
	for (const item of [...items].sort((a, b) => a - b)) {
		const last = ranges.at(-1);
		if (last && item <= last[1] + 1) last[1] = item;
		else ranges.push([item, item]);
	}
	const texts = ranges
		.slice(0, MOST_RANGES)
		.flatMap(([from, to]) =>
			to === from ? [`${from}`] : to === from + 1 ? [`${from}`, `${to}`] : [`${from} to ${to}`],
		);
	const left = ranges.slice(MOST_RANGES).reduce((sum, [from, to]) => sum + to - from + 1, 0);
	const all = left > 0 ? [...texts, `${left} more`] : texts;
	if (items.length === 1) return `item ${texts[0]}`;
	return `items ${all.length === 1 ? all[0] : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`}`;
}

function sentence({ first, items, varies }: SharedProblem): string {
	const { field, problem, itemIndex } = first;
	return `'${field}' of ${itemsText(items)} ${problem}${varies ? ` (item ${itemIndex})` : ''}`;
}

/** A problem without what the field holds instead. */
function rule(problem: string): string {
	return problem.replace(/whose value \d+/, 'whose value').replace(/(, but (is|has)|:) .*$/s, '');
}
