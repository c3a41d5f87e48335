import { NodeOperationError, type IExecuteFunctions } from 'n8n-workflow';

const LONGEST_QUOTE = 60;
// Keys and signing secrets that were pasted into the wrong field; what follows their prefix is hidden.
const SECRET = /(whsec_|rfk_|rf_[a-z]+_)[^\s"]*/gi;

/** Something that a person filled in wrongly. */
export interface InputProblem {
	itemIndex: number;
	/** The field's display name. */
	field: string;
	/** What is wrong, as the rest of a sentence that starts with the field's name. */
	problem: string;
	advice: string;
}

const problems = new WeakMap<object, readonly InputProblem[]>();

/**
 * The error for a field that the user filled in wrongly. Nothing has been sent when it is thrown.
 *
 * @param field the field's display name
 * @param problem what is wrong, as the rest of a sentence that starts with the field's name
 */
export function inputError(
	context: IExecuteFunctions,
	itemIndex: number,
	field: string,
	problem: string,
	advice: string,
): NodeOperationError {
	return errorAbout(context, `'${field}' of item ${itemIndex} ${problem}`, advice, [
		{ itemIndex, field, problem, advice },
	]);
}

/** An error that stands for problems, which `problemsOf` gives back. */
export function errorAbout(
	context: IExecuteFunctions,
	message: string,
	description: string,
	about: readonly InputProblem[],
): NodeOperationError {
	const { itemIndex } = about[0];
	const error = new NodeOperationError(context.getNode(), message, { description, itemIndex });
	problems.set(error, about);
	return error;
}

/** The problems that an error stands for; none where it is another kind of error. */
export function problemsOf(error: unknown): readonly InputProblem[] {
	return typeof error === 'object' && error !== null ? (problems.get(error) ?? []) : [];
}

/** Text without what follows the prefix of a key or secret. */
export function masked(text: string): string {
	return text.replace(SECRET, '$1…');
}

/** A value as it can stand in an error: JSON, cut where it gets long. */
export function quote(value: unknown): string {
	const text = masked(jsonOf(value) ?? typeof value);
	return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}

function jsonOf(value: unknown): string | undefined {
	try {
		return JSON.stringify(value);
	} catch {
		// Circular, or a BigInt: an expression can make both.
		return undefined;
	}
}
