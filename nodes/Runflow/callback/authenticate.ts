import type { IWebhookFunctions } from 'n8n-workflow';

import { connectToReadBack } from '../host/connection/connection';
import { parsedBody } from '../host/requestBody';
import { readSigningSecrets, recentSigningSecrets } from '../host/connection/signingSecrets';
import {
	authenticateByApi,
	authenticateBySignature,
	type AnyCallback,
	type Authentication,
	type Delivery,
	type ReadCallback,
} from '../runflow';

/** Tells whether a request is a callback of Runflow's. Never throws for what a stranger can send. */
export type Authenticate<T> = (
	context: IWebhookFunctions,
	body: Buffer,
	deadline: AbortSignal,
) => Promise<Authentication<T>>;

/** By the credential's signing secrets. */
export function bySignature<T>(read: ReadCallback<T>): Authenticate<T> {
	return async (context, body) => {
		const delivery = deliveryOf(context, body);
		const recent = authenticateBySignature(delivery, recentSigningSecrets(context), read);
		if (recent.genuine || recent.status !== 401) return recent;
		return authenticateBySignature(delivery, await readSigningSecrets(context), read);
	};
}

/** By what Runflow's API says. */
export function byApi<T extends AnyCallback>(read: ReadCallback<T>): Authenticate<T> {
	return async (context, body, deadline) =>
		await authenticateByApi(
			deliveryOf(context, body),
			async () => await connectToReadBack(context, deadline),
			read,
		);
}

function deliveryOf(context: IWebhookFunctions, body: Buffer): Delivery {
	const request = context.getRequestObject();
	return {
		body,
		signature: request.headers['runflow-signature'],
		parsed: parsedBody(request),
	};
}
