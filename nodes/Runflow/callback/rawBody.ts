import type { IWebhookFunctions } from 'n8n-workflow';

/**
 * The bytes of a request as they came. n8n keeps them while it parses a body; where it did not
 * parse one, they are still to be read (n8n, middlewares/body-parser). A form upload is already
 * taken apart by then and has no bytes left; reading it would never end.
 */
export async function rawBody(
	request: ReturnType<IWebhookFunctions['getRequestObject']>,
): Promise<Buffer | undefined> {
	if (/^\s*multipart\/form-data/i.test(String(request.headers['content-type']))) return undefined;
	if (!Buffer.isBuffer(request.rawBody) && typeof request.readRawBody === 'function') {
		await request.readRawBody();
	}
	return Buffer.isBuffer(request.rawBody) ? request.rawBody : undefined;
}
