import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { rawBody } from './requestBody';

/** Answers 200. Without workflow data beside it, nothing starts and a parked execution stays parked. */
export function accept(message: string): IWebhookResponseData {
	return { webhookResponse: { received: true, message } };
}

/**
 * Answers with an error status and logs why, without the payload. n8n lets a node choose the
 * status only on the response itself.
 *
 * @param fault anybody may read it
 * @param cause only the log gets its message
 */
export function refuse(
	context: IWebhookFunctions,
	status: number,
	fault: string,
	cause?: unknown,
): IWebhookResponseData {
	const why = cause instanceof Error ? ` (${cause.message})` : '';
	context.logger.warn(`Runflow callback refused with ${status}: ${fault}${why}`, {
		workflowId: context.getWorkflow().id,
		nodeName: context.getNode().name,
	});
	context.getResponseObject().status(status).json({ received: false, message: fault });
	return { noWebhookResponse: true };
}

/** Runflow waits only some seconds for an answer, and delivers again after a 503. */
const ANSWER_WITHIN_MS = 2_500;

/**
 * Reads a request's body and runs a handler on it so that every request is answered soon and none
 * makes it throw, since n8n turns a throw into a failed execution. What nobody foresaw, and what
 * takes too long, is a 503: Runflow then delivers again.
 *
 * @param handler gets the signal of the time limit: what it reads goes by it, and nothing may start
 * or change once it is aborted
 */
export async function answering(
	context: IWebhookFunctions,
	handler: (body: Buffer, deadline: AbortSignal) => Promise<IWebhookResponseData>,
): Promise<IWebhookResponseData> {
	const limit = new AbortController();
	let timer: NodeJS.Timeout | undefined;
	try {
		const body = await rawBody(context.getRequestObject());
		if (!body) return refuse(context, 400, 'The request has no body that can be verified.');
		const tooLate = new Promise<never>((_, reject) => {
			limit.signal.addEventListener('abort', () => reject(new Error('it took too long')));
		});
		timer = setTimeout(() => limit.abort(), ANSWER_WITHIN_MS);
		return await Promise.race([handler(body, limit.signal), tooLate]);
	} catch (error) {
		return refuse(context, 503, 'The callback could not be examined.', error);
	} finally {
		clearTimeout(timer);
	}
}
