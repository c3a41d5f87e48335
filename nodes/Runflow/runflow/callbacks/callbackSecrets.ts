import { z } from 'zod';

import { flag, text } from '../http/answerFields';
import type { Api } from '../http/api';

/** A callback signing secret without the secret. Source: docs.runflow.io, get-org-callback-secret. */
const callbackSecretSchema = z
	.object({
		id: text,
		org_id: text,
		key_prefix: text,
		is_current: flag,
		label: text,
		disabled_at: text,
		last_used_at: text,
		created_at: text,
		updated_at: text,
	})
	.passthrough();
export type CallbackSecret = z.infer<typeof callbackSecretSchema>;

/** The answer to its creation, the only one with the secret in plain. */
const createdCallbackSecretSchema = callbackSecretSchema.extend({
	plain_secret: z.string(),
});
export type CreatedCallbackSecret = z.infer<typeof createdCallbackSecretSchema>;

/** Longest label that Runflow takes, in characters. */
export const LONGEST_SECRET_LABEL = 255;

/**
 * Creates a callback signing secret. Only this answer ever holds it in plain, so the call is not
 * repeated when the answer is lost: that would leave a secret behind that nobody knows.
 * Source: docs.runflow.io, create-callback-signing-secret.
 */
export async function createCallbackSecret(
	api: Api,
	label: string,
): Promise<CreatedCallbackSecret> {
	return await api.call({
		method: 'POST',
		path: '/v1/callback-secrets',
		body: JSON.stringify({ label }),
		retry: 'once',
		schema: createdCallbackSecretSchema,
	});
}

/** Reads what Runflow tells of a signing secret; never the secret itself. */
export async function getCallbackSecret(api: Api, secretId: string): Promise<CallbackSecret> {
	return await api.call({
		method: 'GET',
		path: `/v1/callback-secrets/${encodeURIComponent(secretId)}`,
		retry: 'repeatable',
		schema: callbackSecretSchema,
	});
}

/** Renames a signing secret, or makes it the one that signs. */
export async function updateCallbackSecret(
	api: Api,
	secretId: string,
	changes: { label?: string; is_current?: boolean },
): Promise<CallbackSecret> {
	return await api.call({
		method: 'PATCH',
		path: `/v1/callback-secrets/${encodeURIComponent(secretId)}`,
		body: JSON.stringify(changes),
		retry: 'repeatable',
		schema: callbackSecretSchema,
	});
}
