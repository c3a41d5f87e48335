import type { ConnectionFailure } from '../../nodes/Runflow/runflow';

// What undici says when a proxy does not let a request through; its codes are those of other failures.
const PROXY_REFUSAL = /^Proxy (?:response \((\d+)\)|Authentication Required \((\d+)\))/;

const KINDS: Array<[RegExp, ConnectionFailure]> = [
	[/^ENOTFOUND$/, 'nameUnknown'],
	[/^EAI_AGAIN$/, 'nameNotResolved'],
	[/^ECONNREFUSED$/, 'refused'],
	[/^(EHOSTUNREACH|ENETUNREACH)$/, 'unreachable'],
	[/^UND_ERR_CONNECT_TIMEOUT$/, 'connectTimeout'],
	[/^PROXY_4\d\d$/, 'proxyRefused'],
	[/^PROXY_/, 'proxyFailed'],
	[/^EPROTO$|^ERR_SSL|WRONG_VERSION/, 'noTls'],
	[/CERT|^ERR_TLS|^UNABLE_TO_/, 'untrusted'],
	[/^UND_ERR_(INVALID_ARG|REQ_CONTENT_LENGTH_MISMATCH)$/, 'unsendable'],
	[/TIMEOUT$|^ETIMEDOUT$/, 'timeout'],
	[/^HPE_|^HTTPParserError$/, 'protocol'],
];

/** What kind of failure undici reports; the code goes along for people to read. */
export function failureKind(error: unknown): { kind: ConnectionFailure; code: string } {
	const code = errorCode(error);
	return { kind: KINDS.find(([codes]) => codes.test(code))?.[1] ?? 'lost', code };
}

/** The most telling code: what a connection attempt to several addresses failed with is nested. */
function errorCode(error: unknown): string {
	if (!(error instanceof Error)) return 'UNKNOWN';
	if (error instanceof AggregateError && error.errors.length > 0) return errorCode(error.errors[0]);
	const proxyStatus = PROXY_REFUSAL.exec(error.message);
	if (proxyStatus) return `PROXY_${proxyStatus[1] ?? proxyStatus[2]}`;
	const { code } = error as NodeJS.ErrnoException;
	if (error.cause instanceof Error && (code === undefined || code === 'UND_ERR_SOCKET')) {
		const nested = errorCode(error.cause);
		if (nested !== 'Error') return nested;
	}
	return typeof code === 'string' ? code : error.name;
}
