import { parseJson } from '../json';

// Python, which writes the callbacks, stops near 1,000 levels; past some thousand n8n cannot store them.
const DEEPEST = 1_000;

/**
 * The JSON value of a callback's body, or what is wrong with it. Never throws.
 *
 * @param body raw bytes as received
 * @param parsed what a host has already parsed from them as UTF-8, to save parsing them again
 */
export function callbackBody(
	body: Uint8Array,
	parsed?: object,
): { value: unknown } | { fault: string } {
	const text = textOf(body);
	const value = text === undefined ? undefined : (parsed ?? parseJson(text));
	if (value === undefined) return { fault: 'The body is not JSON in UTF-8.' };
	if (nestsDeeperThan(DEEPEST, value)) return { fault: 'The body nests too deeply.' };
	return { value };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text that bytes are in UTF-8; `undefined` where they are none. */
function textOf(body: Uint8Array): string | undefined {
	try {
		return utf8.decode(body);
	} catch {
		return undefined;
	}
}

/** Whether a value nests deeper than that. Not recursive: it is for what would exhaust the stack. */
function nestsDeeperThan(levels: number, value: unknown): boolean {
	let level = [value];
	for (let depth = 0; level.length > 0; depth++) {
		if (depth > levels) return true;
		const next: unknown[] = [];
		for (const parent of level) {
			if (typeof parent !== 'object' || parent === null) continue;
			for (const child of Array.isArray(parent) ? parent : Object.values(parent)) {
				if (typeof child === 'object' && child !== null) next.push(child);
			}
		}
		level = next;
	}
	return false;
}
