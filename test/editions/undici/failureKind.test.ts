import { failureKind } from '../../../editions/undici/failureKind.ts';

const coded = (code: string) => Object.assign(new Error('failed'), { code });

describe('failureKind', () => {
	it.each([
		['ENOTFOUND', 'nameUnknown'],
		['EAI_AGAIN', 'nameNotResolved'],
		['ECONNREFUSED', 'refused'],
		['EHOSTUNREACH', 'unreachable'],
		['ENETUNREACH', 'unreachable'],
		['UND_ERR_CONNECT_TIMEOUT', 'connectTimeout'],
		['EPROTO', 'noTls'],
		['ERR_SSL_WRONG_VERSION_NUMBER', 'noTls'],
		['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'noTls'],
		['CERT_HAS_EXPIRED', 'untrusted'],
		['DEPTH_ZERO_SELF_SIGNED_CERT', 'untrusted'],
		['SELF_SIGNED_CERT_IN_CHAIN', 'untrusted'],
		['ERR_TLS_CERT_ALTNAME_INVALID', 'untrusted'],
		['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'untrusted'],
		['UND_ERR_INVALID_ARG', 'unsendable'],
		['UND_ERR_REQ_CONTENT_LENGTH_MISMATCH', 'unsendable'],
		['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
		['UND_ERR_BODY_TIMEOUT', 'timeout'],
		['ETIMEDOUT', 'timeout'],
		['HPE_INVALID_CONSTANT', 'protocol'],
		['HTTPParserError', 'protocol'],
		['ECONNRESET', 'lost'],
		['EPIPE', 'lost'],
		['UND_ERR_SOCKET', 'lost'],
		['SOMETHING_NEW', 'lost'],
	])('calls %s %s', (code, kind) => {
		expect(failureKind(coded(code))).toEqual({ kind, code });
	});

	it.each([
		['Proxy response (407) !== 200 when HTTP Tunneling', 'proxyRefused', 'PROXY_407'],
		['Proxy Authentication Required (407)', 'proxyRefused', 'PROXY_407'],
		['Proxy response (502) !== 200 when HTTP Tunneling', 'proxyFailed', 'PROXY_502'],
	])('knows a proxy by "%s"', (message, kind, code) => {
		const error = Object.assign(new Error(message), { code: 'UND_ERR_ABORTED' });
		expect(failureKind(error)).toEqual({ kind, code });
	});

	it('looks into what an error is made of', () => {
		const several = new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]);
		expect(failureKind(several).kind).toBe('refused');
		const closed = Object.assign(new Error('closed', { cause: coded('ECONNRESET') }), {
			code: 'UND_ERR_SOCKET',
		});
		expect(failureKind(closed)).toEqual({ kind: 'lost', code: 'ECONNRESET' });
		expect(failureKind(new TypeError('a bug'))).toEqual({ kind: 'lost', code: 'TypeError' });
		expect(failureKind('text')).toEqual({ kind: 'lost', code: 'UNKNOWN' });
	});
});
