import * as n8nWorkflow from 'n8n-workflow';
import type { WebhookResponseMode } from 'n8n-workflow';

/** Came with n8n 2.8, which stores and queues an execution before it answers in mode `onReceived`. */
const STORES_FIRST = 'isTriggerLikeNode';

/**
 * The mode in which n8n answers 200 only when it has stored, and in queue mode queued, the execution
 * that a callback starts. Before 2.8 that is `formPage` alone: in mode `onReceived` n8n answers first,
 * and a callback is gone if n8n ends, or its database fails, a moment later. n8n then answers with the
 * address of a form, which is none here and which Runflow does not read.
 * Source: n8n, webhooks/webhook-helpers.
 */
export function answersWhenStored(n8n: object = n8nWorkflow): WebhookResponseMode {
	return STORES_FIRST in n8n ? 'onReceived' : 'formPage';
}
