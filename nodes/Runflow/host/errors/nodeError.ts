import { ExecutionBaseError, NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';

import { MaybeDoneError, RunflowApiError, RunflowError } from '../../runflow';
import { advise } from './advice';

/**
 * The error that n8n shows for a failure: what Runflow or the connection reports becomes a
 * NodeApiError, anything else a NodeOperationError. What is passed in is never changed, since one
 * error may stand for a thousand rows; a node error that lacks the item or the note comes back as a
 * copy with them.
 *
 * @param itemIndex the input item that the failure belongs to
 * @param note added to the description, e.g. which batches exist
 */
export function toNodeError(
	node: INode,
	error: unknown,
	itemIndex: number,
	note = '',
): NodeApiError | NodeOperationError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) {
		const complete = note === '' && error.context.itemIndex !== undefined;
		return complete ? error : completed(error, itemIndex, note);
	}
	const { message, description } = advise(error);
	const options = { message, description: joined(description, note), itemIndex };
	if (error instanceof RunflowError) {
		return new NodeApiError(node, { message }, { ...options, httpCode: httpCodeOf(error) });
	}
	return new NodeOperationError(node, error instanceof Error ? own(error) : message, options);
}

function completed<T extends NodeApiError | NodeOperationError>(
	error: T,
	itemIndex: number,
	note: string,
): T {
	const copy = copyOf(error);
	copy.context = { ...error.context, itemIndex: error.context.itemIndex ?? itemIndex };
	if (note) copy.description = joined(error.description ?? '', note);
	return copy;
}

/** n8n's errors share their context with those made from them, and write the item into it. */
function own(error: Error): Error {
	if (!(error instanceof ExecutionBaseError)) return error;
	const copy = copyOf(error);
	copy.context = { ...error.context };
	return copy;
}

function copyOf<T extends Error>(error: T): T {
	const copy = Object.create(
		Object.getPrototypeOf(error) as object,
		Object.getOwnPropertyDescriptors(error),
	) as T;
	// Where V8 keeps the stack behind an accessor, a copy has none of its own.
	Object.defineProperty(copy, 'stack', { value: error.stack, writable: true, configurable: true });
	return copy;
}

function httpCodeOf(error: RunflowError): string | undefined {
	const answered = error instanceof MaybeDoneError ? error.failure : error;
	return answered instanceof RunflowApiError ? String(answered.status) : undefined;
}

function joined(description: string, note: string): string {
	return [description, note].filter(Boolean).join(' ');
}
