import type { IncomingHttpHeaders } from 'node:http';

/** A request as it came in, for tests to count and to look at. */
export interface RecordedRequest {
	method: string;
	/** Path and query exactly as received. */
	path: string;
	headers: IncomingHttpHeaders;
	body: Buffer;
	/** Status answered; 0 when none was. */
	status: number;
	/** Milliseconds since 1970. */
	at: number;
}
