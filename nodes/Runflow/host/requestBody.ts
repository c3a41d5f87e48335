import type { IWebhookFunctions } from 'n8n-workflow';

type Request = ReturnType<IWebhookFunctions['getRequestObject']>;

/**
 * The bytes of a request as they came. n8n keeps them while it parses a body; where it did not
 * parse one, they are still to be read (n8n, middlewares/body-parser). A form upload is already
 * taken apart by then and has no bytes left; reading it would never end.
 */
export async function rawBody(request: Request): Promise<Buffer | undefined> {
	if (/^\s*multipart\/form-data/i.test(String(request.headers['content-type']))) return undefined;
	if (!Buffer.isBuffer(request.rawBody) && typeof request.readRawBody === 'function') {
		await request.readRawBody();
	}
	return Buffer.isBuffer(request.rawBody) ? request.rawBody : undefined;
}

/**
 * What n8n has parsed from those bytes, where it took them for JSON in UTF-8, as Runflow sends it
 * (n8n, middlewares/body-parser). Megabytes are then not parsed twice.
 */
export function parsedBody(request: Request): object | undefined {
	const { contentType, encoding } = request;
	const sameReading = contentType === 'application/json' && /^utf-?8$/.test(String(encoding));
	const body: unknown = request.body;
	return sameReading && typeof body === 'object' && body !== null ? body : undefined;
}
