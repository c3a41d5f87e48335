import { isRecord } from './records';

/** What a text says as JSON; `undefined` where it is none, which is no JSON value. */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** Whether two values say the same as JSON; of objects the order of fields says nothing. */
export function isSameJson(one: unknown, other: unknown): boolean {
	if (one === other) return true;
	if (Array.isArray(one) && Array.isArray(other)) {
		return one.length === other.length && one.every((each, at) => isSameJson(each, other[at]));
	}
	if (!isRecord(one) || !isRecord(other)) return false;
	const names = new Set([...Object.keys(one), ...Object.keys(other)]);
	return [...names].every((name) => isSameJson(one[name], other[name]));
}
