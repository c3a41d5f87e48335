/*
 * The port: all that the client asks of whatever sends its requests. An adapter implements
 * `Transport`, throws nothing but what `failure` makes, and is the only one to know the codes of its
 * library and of the system.
 */

/** A request as it is sent; nothing is added to it and redirects are not followed. */
export interface HttpRequest {
	method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	url: URL;
	headers: Record<string, string>;
	body?: string | Uint8Array | ByteStream;
	signal?: AbortSignal;
	/** How long the answer may take, sending included, in milliseconds; by default the adapter's limit. */
	answerWithinMs?: number;
}

/** Bytes that come piece by piece, such as Node's Readable; whoever does not want the rest destroys it. */
export interface ByteStream extends AsyncIterable<Uint8Array> {
	destroy(): unknown;
}

/** An answer, its body not yet read. Header names are lower case. */
export interface HttpResponse {
	status: number;
	headers: Record<string, string | string[] | undefined>;
	/**
	 * The body as it comes. Throws a failure when it ends early or stalls; whoever stops reading before
	 * its end gives up the connection.
	 */
	chunks(): AsyncGenerator<Buffer, void, undefined>;
	/** Lets go of a body that nobody wants; the connection lives on where the body is short. */
	discard(): Promise<void>;
	/** Gives up the body, and its connection, at once. */
	close(): void;
}

/** Sends one request over HTTP, once. Rejects with what `failure` makes. */
export interface Transport {
	send(request: HttpRequest): Promise<HttpResponse>;
}

/** What the host lets out: asked before every request, and at every DNS lookup. */
export interface EgressPolicy {
	/** Throws EgressRefusedError for a URL that must not be reached. */
	check(url: URL): Promise<void>;
	/** Replaces the DNS lookup, so that a name cannot turn into a blocked address later. */
	lookup?: Lookup;
	/** Identity under which connections are pooled: requests of one policy share their connections. */
	pool: object;
}

/** A DNS lookup in the form of Node's `dns.lookup`. */
export type Lookup = (
	hostname: string,
	options: object,
	callback: (
		error: Error | null,
		address: string | Array<{ address: string; family: number }>,
		family?: number,
	) => void,
) => void;

/**
 * How a connection can fail. `unsent`: the request provably did nothing at Runflow. `lasting`: asking
 * again within seconds would give the same.
 */
export const CONNECTION_FAILURES = {
	/** The name of the host does not exist. */
	nameUnknown: { unsent: true, lasting: true },
	/** The name could not be looked up at the moment. */
	nameNotResolved: { unsent: true, lasting: false },
	/** The host is there and nothing listens. */
	refused: { unsent: true, lasting: false },
	/** No way leads to the host. */
	unreachable: { unsent: true, lasting: false },
	/** The host did not take the connection in time. */
	connectTimeout: { unsent: true, lasting: false },
	/** A proxy does not let the request through. */
	proxyRefused: { unsent: true, lasting: true },
	/** A proxy could not let the request through at the moment. */
	proxyFailed: { unsent: true, lasting: false },
	/**
	 * The host does not speak TLS, as it seems: a library reports the same for whatever breaks a
	 * connection later, when the request may have been handled.
	 */
	noTls: { unsent: false, lasting: true },
	/** The host's certificate was not accepted. */
	untrusted: { unsent: true, lasting: true },
	/** The request cannot be sent as it is. */
	unsendable: { unsent: true, lasting: true },
	/** The connection broke off before the answer was whole. */
	lost: { unsent: false, lasting: false },
	/** The answer, or the next piece of it, did not come in time. */
	timeout: { unsent: false, lasting: false },
	/** The answer has more bytes than are taken. */
	tooLarge: { unsent: false, lasting: true },
	/** What came is no HTTP. */
	protocol: { unsent: false, lasting: true },
} as const satisfies Record<string, { unsent: boolean; lasting: boolean }>;

export type ConnectionFailure = keyof typeof CONNECTION_FAILURES;

/** Every way in which a request can fail that has no answer: the closed list for adapters. */
export type FailureKind =
	| ConnectionFailure
	/** By the request's signal. */
	| 'cancelled'
	/** By the host's egress policy; nothing was sent. */
	| 'policy';
