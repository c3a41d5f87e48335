import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { accept, answerCallback, type Genuine } from '../callback/answer';
import { byApi, bySignature } from '../callback/authenticate';
import { editionOf } from '../host/edition';
import { withoutEmptyErrors } from '../host/errors/emptyErrors';
import { isRunCallback, readAnyCallback, type AnyCallback } from '../runflow';
import { deliveryAskedFor } from './askedFor';
import { ANY_EVENT } from './fields';
import { matchesMetadata, type MetadataCondition } from './metadataFilter';
import { Repeats } from './repeats';
import { triggerItems } from './triggerItems';
import { wholeCallback } from './wholeCallback';

const repeats = new Repeats();

/**
 * Answers one callback: 401 for a bad signature, 400 for what is no callback of a batch or
 * run, 503 where Runflow has to deliver again, 200 for the rest, whether or not it starts the workflow.
 */
export async function receive(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	const authenticate = this.getNodeParameter('authenticity') === 'api' ? byApi : bySignature;
	return await answerCallback(
		this,
		authenticate(readAnyCallback),
		async (genuine, deadline) => await start(this, genuine, deadline),
	);
}

async function start(
	context: IWebhookFunctions,
	{ callback, identity }: Genuine<AnyCallback>,
	deadline: AbortSignal,
): Promise<IWebhookResponseData> {
	if (!isChosen(context.getNodeParameter('events') as string[], callback)) {
		return drop(context, `The event is not selected (${callback.event}).`);
	}
	if (!matchesMetadata(callback.metadata, readConditions(context))) {
		return drop(context, 'The metadata does not match.');
	}
	if (isRepeat(context, identity)) {
		const delivery = await deliveryAskedFor(context, callback, deadline);
		deadline.throwIfAborted();
		if (delivery === undefined || isRepeat(context, `${identity} ${delivery}`)) {
			return accept('This callback was already accepted.');
		}
	}
	const output = context.getNodeParameter('output') as 'batch' | 'items';
	const told =
		output === 'items' && !isRunCallback(callback)
			? await wholeCallback(context, callback, deadline)
			: callback;
	const items = withoutEmptyErrors(triggerItems(told, output));
	return { ...accept('The workflow starts.'), workflowData: [items] };
}

/** All Outcomes is about batches: runs start a workflow only where they are chosen. */
function isChosen(events: string[], callback: AnyCallback): boolean {
	return (
		events.includes(callback.event) || (events.includes(ANY_EVENT) && !isRunCallback(callback))
	);
}

/** Answers 200 and starts nothing. The log says why, since the answer is seen at Runflow only. */
function drop(context: IWebhookFunctions, reason: string): IWebhookResponseData {
	context.logger.info(`Runflow callback started nothing: ${reason}`, {
		workflowId: context.getWorkflow().id,
		nodeName: context.getNode().name,
	});
	return accept(reason);
}

function readConditions(context: IWebhookFunctions): MetadataCondition[] {
	const options = context.getNodeParameter('options', {}) as {
		metadataFilter?: { conditions?: MetadataCondition[] };
	};
	return options.metadataFilter?.conditions ?? [];
}

/**
 * Whether the callback is a repeat; if not, it is one from now on, unless n8n does not get to say
 * 200: then Runflow delivers again, and that delivery has to pass.
 */
function isRepeat(context: IWebhookFunctions, identity: string): boolean {
	const options = context.getNodeParameter('options', {}) as { ignoreRepeats?: boolean };
	if (options.ignoreRepeats === false || context.getMode() === 'manual') return false;
	const key = Repeats.key(String(context.getWorkflow().id), context.getNode().id, identity);
	const now = editionOf(context).clock.now();
	if (repeats.has(key, now)) return true;
	repeats.add(key, now);
	const response = context.getResponseObject();
	response.once('close', () => {
		if (!response.writableFinished || response.statusCode >= 300) repeats.forget(key);
	});
	return false;
}
