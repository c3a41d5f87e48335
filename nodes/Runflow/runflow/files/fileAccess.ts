import type { Clock } from '../clock';
import { reachOf } from '../http/addresses';
import { FileTransferError } from '../http/errors';
import type { RetryPolicy } from '../http/retry';
import type { Transport } from '../http/port';

/**
 * How files are reached that do not lie on the API itself: links of results and presigned upload
 * addresses. No request made with it carries the API key or the organization.
 */
export interface FileAccess {
	transport: Transport;
	clock: Clock;
	/** The API's base URL; a file's address may do without TLS only where this is loopback too. */
	baseUrl: string;
	userAgent?: string;
	signal?: AbortSignal;
	retryPolicy?: RetryPolicy;
}

/** Headers of every request for a file. */
export function fileHeaders({ userAgent }: FileAccess): Record<string, string> {
	return userAgent ? { 'user-agent': userAgent } : {};
}

/**
 * The address of a file, checked: https, or http on this machine when the API is there as well.
 *
 * @param address absolute, or relative to `from`, the address that it was reached by
 * @throws FileTransferError with the fault `address`
 */
export function fileUrl({ baseUrl }: FileAccess, address: string, from?: URL): URL {
	const url = URL.parse(address, from?.href);
	if (!url || !/^https?:$/.test(url.protocol)) {
		throw new FileTransferError('address', 'The address of the file is not a web address');
	}
	if (url.protocol === 'http:' && !isSameLoopback(url, URL.parse(baseUrl))) {
		throw new FileTransferError(
			'address',
			`The address of the file on ${url.host} is http, which is not safe: only https is fetched`,
		);
	}
	return url;
}

function isSameLoopback(url: URL, base: URL | null): boolean {
	return url.hostname === base?.hostname && reachOf(url.href) === 'loopback';
}
