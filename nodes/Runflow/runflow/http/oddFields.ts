import type { ZodIssue } from 'zod';

/**
 * A copy of an answer without what its schema complains of, so that an odd side field makes nothing
 * unreadable: such a field is absent then, and an odd element of a list is left out. Only what leads
 * to an odd place is copied; all else is the same value as before.
 */
export function withoutOddFields(answer: unknown, issues: readonly ZodIssue[]): unknown {
	// From the end, so that what is left out of a list moves none that is still to be left out.
	return issues.toReversed().reduce((rest, { path }) => without(rest, path), answer);
}

function without(value: unknown, [key, ...rest]: ReadonlyArray<string | number>): unknown {
	if (key === undefined || typeof value !== 'object' || value === null) return value;
	if (Array.isArray(value)) {
		const list = value as unknown[];
		return rest.length === 0
			? list.toSpliced(Number(key), 1)
			: list.with(Number(key), without(list[Number(key)], rest));
	}
	const { [key]: inner, ...others } = value as Record<string, unknown>;
	return rest.length === 0 ? others : { ...others, [key]: without(inner, rest) };
}
