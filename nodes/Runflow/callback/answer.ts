import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { freeOnceAnswered } from '../host/answersWhenStored';
import { editionOf } from '../host/edition';
import { rawBody } from '../host/requestBody';
import { withinTime, type Authentication } from '../runflow';
import type { Authenticate } from './authenticate';

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

/** A callback that is true. */
export type Genuine<T> = Extract<Authentication<T>, { genuine: true }>;

/** What is done about one. */
type Handler<T> = (genuine: Genuine<T>, deadline: AbortSignal) => Promise<IWebhookResponseData>;

/**
 * Answers a request so that every one is answered soon and none makes it throw, since n8n turns a
 * throw into a failed execution: 401, 400 or 403 for what is no callback of Runflow's, else what the
 * handler says. What nobody foresaw, and what takes too long, is a 503: Runflow then delivers again.
 *
 * @param handle gets the signal of the time limit: what it reads goes by it, and nothing may start or
 * change once it is aborted
 */
export async function answerCallback<T>(
	context: IWebhookFunctions,
	authenticate: Authenticate<T>,
	handle: Handler<T>,
): Promise<IWebhookResponseData> {
	try {
		const body = await rawBody(context.getRequestObject());
		if (!body) return refuse(context, 400, 'The request has no body that can be verified.');
		return await withinTime(editionOf(context).clock, ANSWER_WITHIN_MS, async (deadline) => {
			const tooLate = new Promise<never>((_, reject) => {
				deadline.addEventListener('abort', () => reject(new Error('it took too long')));
			});
			const answering = async () => {
				const authentication = await authenticate(context, body, deadline);
				deadline.throwIfAborted();
				if (authentication.genuine) {
					const answer = await handle(authentication, deadline);
					if (answer.workflowData) freeOnceAnswered(context);
					return answer;
				}
				const { status, fault, cause } = authentication;
				return refuse(context, status, fault, cause);
			};
			return await Promise.race([answering(), tooLate]);
		});
	} catch (error) {
		return refuse(context, 503, 'The callback could not be examined.', error);
	}
}
