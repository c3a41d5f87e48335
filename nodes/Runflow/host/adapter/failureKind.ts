import type { ConnectionFailure } from '../../runflow';

/*
 * n8n's helper says what went wrong by the codes of axios and of the system. A kind that means
 * "nothing was sent" stands here for codes alone that cannot come up after a request was sent.
 */
const KINDS: Array<[RegExp, ConnectionFailure]> = [
	[/^ENOTFOUND$/, 'nameUnknown'],
	[/^EAI_AGAIN$/, 'nameNotResolved'],
	[/^ECONNREFUSED$/, 'refused'],
	[/^(CERT|CRL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS_CERT)_/, 'untrusted'],
	[/^(HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_EXCEEDED)$/, 'untrusted'],
	[/^ERR_(INVALID_CHAR|INVALID_URL|UNESCAPED_CHARACTERS)$/, 'unsendable'],
	[/^(ECONNABORTED|ETIMEDOUT|ERR_CANCELED)$/, 'timeout'],
	// No HTTP, or a compressed body that cannot be unpacked.
	[/^(HPE_|Z_|ERR_BROTLI|ERR__ERROR_FORMAT)/, 'protocol'],
];
const NO_WAY = /^(EHOSTUNREACH|ENETUNREACH)$/;
const TLS = /^(EPROTO$|ERR_SSL_)/;
/**
 * What OpenSSL says where a host does not speak TLS. It says so of any record, also of one that comes
 * after the request was handled.
 */
const NO_HANDSHAKE = /wrong.version.number|handshake.failure|unsupported.protocol/i;

/** Of an error, as far as it tells what happened. */
interface Told {
	name?: unknown;
	message?: unknown;
	code?: unknown;
	syscall?: unknown;
	cause?: unknown;
	errors?: unknown;
}

/** What kind of failure n8n's helper reports; the code goes along for people to read. */
export function failureKind(error: unknown): { kind: ConnectionFailure; code: string } {
	const chain = chainOf(error);
	const coded = chain.find(({ code }) => typeof code === 'string');
	const code = String(coded?.code ?? chain[0]?.name ?? 'UNKNOWN');
	return { kind: kindOf(code, chain), code };
}

function kindOf(code: string, chain: readonly Told[]): ConnectionFailure {
	if (NO_WAY.test(code)) {
		// A way may also end while an answer is awaited.
		return chain.some(({ syscall }) => syscall === 'connect') ? 'unreachable' : 'lost';
	}
	if (TLS.test(code)) {
		const words = [code, ...chain.map(({ message }) => String(message))];
		return words.some((said) => NO_HANDSHAKE.test(said)) ? 'noTls' : 'lost';
	}
	return KINDS.find(([codes]) => codes.test(code))?.[1] ?? 'lost';
}

/** Whether n8n's SSRF protection stopped a request, at the connection where not before. */
export function isRefusedByN8n(error: unknown): boolean {
	return chainOf(error).some(({ name }) => /^Ssrf/.test(String(name)));
}

/** An error and what caused it; of an attempt at several addresses the first one. */
function chainOf(error: unknown): Told[] {
	const chain: Told[] = [];
	let next: unknown = error;
	while (typeof next === 'object' && next !== null && chain.length < DEEPEST) {
		const told = next as Told;
		chain.push(told);
		next = told.cause ?? (Array.isArray(told.errors) ? (told.errors as unknown[])[0] : undefined);
	}
	return chain;
}

/** An error may be its own cause. */
const DEEPEST = 5;
