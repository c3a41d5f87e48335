import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

/** Answers 200. Without workflow data beside it, nothing starts and a parked execution stays parked. */
export function accept(message: string): IWebhookResponseData {
	return { webhookResponse: { received: true, message } };
}

/**
 * Answers with an error status and logs why, without the payload. n8n lets a node choose the
 * status only on the response itself.
 */
export function refuse(
	context: IWebhookFunctions,
	status: number,
	fault: string,
): IWebhookResponseData {
	context.logger.warn(`Runflow callback refused with ${status}: ${fault}`, {
		workflowId: context.getWorkflow().id,
		nodeName: context.getNode().name,
	});
	context.getResponseObject().status(status).json({ received: false, message: fault });
	return { noWebhookResponse: true };
}

/**
 * Runs a handler so that every request is answered and none makes it throw, since n8n turns a
 * throw into a failed execution. What nobody foresaw is a 503: Runflow then delivers again.
 */
export async function answering(
	context: IWebhookFunctions,
	handler: () => Promise<IWebhookResponseData>,
): Promise<IWebhookResponseData> {
	return await handler().catch((error: unknown) =>
		refuse(
			context,
			503,
			`The callback could not be examined: ${error instanceof Error ? error.message : 'unknown error'}`,
		),
	);
}
