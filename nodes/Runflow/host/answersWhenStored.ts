import * as n8nWorkflow from 'n8n-workflow';
import type { IWebhookFunctions, WebhookResponseMode } from 'n8n-workflow';

/** Came with n8n 2.8, which stores and queues an execution before it answers in mode `onReceived`. */
const STORES_FIRST = 'isTriggerLikeNode';

/**
 * The mode in which n8n answers 200 only when it has stored, and in queue mode queued, the execution
 * that a callback starts or resumes. Before 2.8 that is `formPage` alone: in mode `onReceived` n8n
 * answers first, and a callback is gone if n8n ends, or its database fails, a moment later. n8n then
 * answers with the address of a form, which is none here and which Runflow does not read.
 * Source: n8n, webhooks/webhook-helpers.
 */
export function answersWhenStored(n8n: object = n8nWorkflow): WebhookResponseMode {
	return STORES_FIRST in n8n ? 'onReceived' : 'formPage';
}

/** What n8n 1.123 evaluates the expressions of a request in. */
interface Engine {
	releaseIsolate?(): Promise<void>;
}

/**
 * Gives back, once a callback is answered that starts or resumes an execution, the isolate in which
 * n8n 1.123 evaluates the expressions of the request. In mode `formPage` n8n never does: it waits for
 * an answer that it has given elsewhere, and each callback would keep some megabytes. A second time
 * does nothing. Source: n8n, webhooks/live-webhooks and waiting-webhooks.
 */
export function freeOnceAnswered(context: IWebhookFunctions, n8n: object = n8nWorkflow): void {
	if (answersWhenStored(n8n) === 'onReceived') return;
	const { workflow } = context as unknown as { workflow?: { expression?: Engine } };
	context.getResponseObject().once('close', () => {
		workflow?.expression?.releaseIsolate?.().catch((error: unknown) => {
			context.logger.warn('n8n did not take back the isolate of a Runflow callback', { error });
		});
	});
}
