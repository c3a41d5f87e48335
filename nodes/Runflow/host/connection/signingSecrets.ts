import type { IWebhookFunctions } from 'n8n-workflow';

import { CREDENTIAL, type HostContext } from './connection';
import { credentialText } from './credentialText';

const RECENT_MS = 5_000;

interface Reading {
	secrets: string[];
	/** On the clock that nobody can set. */
	readAt: number;
}

const readings = new Map<string, Reading>();

/** The credential's signing secrets, the current one first, without blank ones. */
export async function signingSecrets(context: HostContext): Promise<string[]> {
	const { callbackSecret, previousCallbackSecret } = await context.getCredentials(CREDENTIAL);
	return [callbackSecret, previousCallbackSecret]
		.map(credentialText)
		.filter((secret) => secret !== '');
}

/** The same for a webhook, which finds them with `recentSigningSecrets` for the next 5 seconds. */
export async function readSigningSecrets(context: IWebhookFunctions): Promise<string[]> {
	const secrets = await signingSecrets(context);
	for (const [reader, reading] of readings) {
		if (!isRecent(reading)) readings.delete(reader);
	}
	readings.set(readerOf(context), { secrets, readAt: performance.now() });
	return secrets;
}

/**
 * What this node read within the last 5 seconds. To read a credential costs n8n more than all the
 * rest of a callback: it sets up an isolate for the expressions that the fields may hold. Good for
 * a yes only: before a refusal the secrets are read anew, so that a new one counts at once.
 */
export function recentSigningSecrets(context: IWebhookFunctions): string[] {
	const reading = readings.get(readerOf(context));
	return reading && isRecent(reading) ? reading.secrets : [];
}

function isRecent({ readAt }: Reading): boolean {
	return performance.now() - readAt < RECENT_MS;
}

function readerOf(context: IWebhookFunctions): string {
	const { id, credentials } = context.getNode();
	return JSON.stringify([context.getWorkflow().id, id, credentials?.[CREDENTIAL]?.id]);
}
