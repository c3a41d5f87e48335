import type { IWebhookFunctions } from 'n8n-workflow';

import { connectToReadBack } from '../host/connection/connection';
import { parsedBody } from '../host/requestBody';
import { readSigningSecrets, recentSigningSecrets } from '../host/connection/signingSecrets';
import {
	authenticateByApi,
	authenticateBySignature,
	type Authentication,
	type Delivery,
} from '../runflow';

/** Tells whether a request is a callback of Runflow's. Never throws for what a stranger can send. */
export type Authenticate = (
	context: IWebhookFunctions,
	body: Buffer,
	deadline: AbortSignal,
) => Promise<Authentication>;

/** By the credential's signing secrets. */
export const bySignature: Authenticate = async (context, body) => {
	const delivery = deliveryOf(context, body);
	const recent = authenticateBySignature(delivery, recentSigningSecrets(context));
	const isRefused = !recent.genuine && recent.status === 401;
	return isRefused ? authenticateBySignature(delivery, await readSigningSecrets(context)) : recent;
};

/** By what Runflow's API says. */
export const byApi: Authenticate = async (context, body, deadline) =>
	await authenticateByApi(
		deliveryOf(context, body),
		async () => await connectToReadBack(context, deadline),
	);

function deliveryOf(context: IWebhookFunctions, body: Buffer): Delivery {
	const request = context.getRequestObject();
	return {
		body,
		signature: request.headers['runflow-signature'],
		parsed: parsedBody(request),
	};
}
