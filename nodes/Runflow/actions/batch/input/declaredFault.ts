import { isUuid, type InputLimits, type ValueType } from '../../../runflow';
import { quote } from '../../inputError';

/** What a model declares about the value of one of its fields. */
export interface Declaration {
	type: ValueType;
	/** The only values allowed, where there are such. */
	choices?: readonly unknown[];
	limits?: InputLimits;
}

/**
 * What a value of the declared type surely breaks, as the rest of a sentence after the field's name;
 * `undefined` for nothing. Only what Runflow cannot take in any reading is a fault.
 */
export function limitFault(value: unknown, { type, limits }: Declaration): string | undefined {
	if (!type.list || !Array.isArray(value)) return valueFault(value, type.kind, limits);
	const { fewest = 0, mostValues = Infinity } = limits ?? {};
	if (value.length < fewest)
		return `must have at least ${counted(fewest)}, but has ${value.length}`;
	if (value.length > mostValues) {
		return `must have at most ${counted(mostValues)}, but has ${value.length}`;
	}
	for (const [index, element] of value.entries()) {
		const fault = valueFault(element, type.kind, undefined);
		if (fault) return `is a list whose value ${index + 1} ${fault}`;
	}
	return undefined;
}

/**
 * The same for a value that goes to Runflow as it is, whatever its type: Runflow reads text such as
 * "2" as a number, so that is no fault.
 */
export function declaredFault(value: unknown, declaration: Declaration): string | undefined {
	const { type, choices } = declaration;
	if (type.list) return limitFault(value, declaration);
	if (choices) {
		const isAllowed =
			typeof value === 'object' || choices.some((choice) => String(choice) === String(value));
		return isAllowed ? undefined : `must be one of ${choices.join(', ')}, but is ${quote(value)}`;
	}
	if (type.kind === 'number' || type.kind === 'integer') return numberFault(value, declaration);
	return limitFault(value, declaration);
}

function numberFault(value: unknown, declaration: Declaration): string | undefined {
	if (typeof value === 'boolean') return undefined;
	const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
	const isWhole = declaration.type.kind === 'integer';
	if (typeof number !== 'number' || !Number.isFinite(number)) {
		return `must be a ${isWhole ? 'whole number' : 'number'}, but is ${quote(value)}`;
	}
	if (isWhole && !Number.isInteger(number)) {
		return `must be a whole number, but is ${quote(value)}`;
	}
	return limitFault(number, declaration);
}

function valueFault(
	value: unknown,
	kind: ValueType['kind'],
	limits: InputLimits | undefined,
): string | undefined {
	if (kind === 'media') return isNoLink(value) ? noLink(value) : undefined;
	if (limits === undefined) return undefined;
	if (typeof value === 'number') return rangeFault(value, limits);
	return typeof value === 'string' ? lengthFault(value, limits) : undefined;
}

function rangeFault(value: number, limits: InputLimits): string | undefined {
	const { least = -Infinity, most = Infinity, above = -Infinity, below = Infinity } = limits;
	const is = `but is ${value}`;
	if (value < least) return `must be ${least} or more, ${is}`;
	if (value > most) return `must be ${most} or less, ${is}`;
	if (value <= above) return `must be more than ${above}, ${is}`;
	return value >= below ? `must be less than ${below}, ${is}` : undefined;
}

/** Characters are counted in the way that is kinder to the text: an emoji is one of them, or two. */
function lengthFault(text: string, { shortest = 0, longest = Infinity }: InputLimits) {
	if (text.length < shortest) {
		return `must have at least ${shortest} characters, but has ${text.length}`;
	}
	if (text.length <= longest) return undefined;
	const characters = [...text].length;
	return characters > longest
		? `may have at most ${longest} characters, but has ${characters}`
		: undefined;
}

const SCHEME = /^\s*([a-z][a-z0-9+.-]+):/i;
const BASE64 = /^[\w+/=\s-]{64,}$/;

/**
 * Whether a model cannot get a file from a value. Any scheme passes (`data:`, `runflow:`), and so do
 * base64 and the ID of an asset. A single letter before a colon is a drive of Windows.
 */
function isNoLink(value: unknown): boolean {
	if (typeof value !== 'string') return false;
	const scheme = SCHEME.exec(value)?.[1].toLowerCase();
	if (scheme === 'http' || scheme === 'https') return !URL.canParse(value.trim());
	return scheme === undefined && !isUuid(value.trim()) && !BASE64.test(value);
}

function noLink(value: unknown): string {
	return `must be a link to a file, e.g. https://example.com/photo.png, but is ${quote(value)}`;
}

function counted(values: number): string {
	return `${values} ${values === 1 ? 'value' : 'values'}`;
}
