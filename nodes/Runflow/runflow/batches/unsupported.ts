import { RunflowApiError } from '../http/errors';

/** What a refusal may name without being about anything but the model; the docs leave open whether it names any. */
const ABOUT_THE_MODEL = /^((path\.)?(owner|slug|id)|model|model_id)?$/;
const DENIES =
	/\b(not?|cannot|without|lacks?|unsupported)\b|n['’]t\b|\bonly\b.*(binding|template|capable)/i;
const OF_BATCHES = /support|capable|binding|template/i;
/** Words of a refusal for another reason: a limit, another field, who asks, a passing state. */
const OTHER_REASONS =
	/\b(up to|more|most|than|size|limit\w*|max\w*|exceed\w*|items?|rows?|elements?|inputs?|callback\w*|metadata|client_ref|urls?|keys?|formats?|plan|accounts?|organi[sz]ations?|temporar\w*)\b/i;

/**
 * Whether a creation was refused because the model takes no batches, which no field of a model tells
 * beforehand. Each row may be run and paid for by itself then, so it has to be certain: a 422 that says
 * so, and names nothing in the request but the model.
 */
export function isBatchUnsupported(error: unknown): error is RunflowApiError {
	return (
		error instanceof RunflowApiError &&
		error.status === 422 &&
		error.fieldErrors.every(({ path }) => ABOUT_THE_MODEL.test(path)) &&
		[error.message, ...error.fieldErrors.map(({ message }) => message)].some(saysSo)
	);
}

function saysSo(text: string): boolean {
	// The name of a model may hold any words.
	const words = text.replace(/\S+\/\S+/g, '');
	return (
		/batch/i.test(words) &&
		OF_BATCHES.test(words) &&
		DENIES.test(words) &&
		!OTHER_REASONS.test(words)
	);
}
