import {
	failureKind,
	isRefusedByN8n,
} from '../../../../../nodes/Runflow/host/adapter/failureKind.ts';
import { CONNECTION_FAILURES } from '../../../../../nodes/Runflow/runflow/index.ts';

const coded = (code: string, more: object = {}) =>
	Object.assign(new Error(code), { code, ...more });

describe('failureKind', () => {
	it.each([
		['ENOTFOUND', 'nameUnknown'],
		['EAI_AGAIN', 'nameNotResolved'],
		['ECONNREFUSED', 'refused'],
		['ECONNRESET', 'lost'],
		['EPIPE', 'lost'],
		['ECONNABORTED', 'timeout'],
		['ETIMEDOUT', 'timeout'],
		['ERR_CANCELED', 'timeout'],
		['HPE_INVALID_CONSTANT', 'protocol'],
		['Z_DATA_ERROR', 'protocol'],
		['CERT_HAS_EXPIRED', 'untrusted'],
		['DEPTH_ZERO_SELF_SIGNED_CERT', 'untrusted'],
		['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'untrusted'],
		['ERR_TLS_CERT_ALTNAME_INVALID', 'untrusted'],
		['ERR_SSL_WRONG_VERSION_NUMBER', 'noTls'],
		['ERR_INVALID_CHAR', 'unsendable'],
		['ERR_BAD_RESPONSE', 'lost'],
		['nothing known', 'lost'],
	])('takes %s for %s', (code, kind) => {
		expect(failureKind(coded(code))).toEqual({ kind, code });
	});

	it.each(['EHOSTUNREACH', 'ENETUNREACH'])('tells %s at the connection from one later', (code) => {
		const connecting = coded(code, { cause: coded(code, { syscall: 'connect' }) });
		expect(failureKind(connecting).kind).toBe('unreachable');
		expect(failureKind(coded(code, { syscall: 'read' })).kind).toBe('lost');
	});

	it.each([
		['EPROTO', 'SSL routines:ssl3_get_record:wrong version number'],
		['EPROTO', 'sslv3 alert handshake failure'],
		['ERR_SSL_WRONG_VERSION_NUMBER', ''],
		['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', ''],
		['ERR_SSL_UNSUPPORTED_PROTOCOL', ''],
		['ERR_SSL_PACKET_LENGTH_TOO_LONG', ''],
	])('never says that nothing was sent where TLS broke: %s %s', (code, message) => {
		const { kind } = failureKind(coded(code, { message }));
		expect(CONNECTION_FAILURES[kind].unsent).toBe(false);
	});

	it('tells a host without TLS from a line that broke', () => {
		const handshake = coded('EPROTO', {
			message: 'SSL routines:ssl3_get_record:wrong version number',
		});
		expect(failureKind(handshake).kind).toBe('noTls');
		expect(failureKind(coded('EPROTO', { message: 'bad record mac' })).kind).toBe('lost');
		expect(failureKind(coded('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED')).kind).toBe('lost');
	});

	it('finds the code in what caused an error, and in an attempt at several addresses', () => {
		const several = new AggregateError([coded('ECONNREFUSED'), coded('EHOSTUNREACH')]);
		expect(failureKind(new Error('outside', { cause: several }))).toEqual({
			kind: 'refused',
			code: 'ECONNREFUSED',
		});
	});

	it.each([[undefined], ['text'], [null], [{}]])('takes %p for a lost connection', (error) => {
		expect(failureKind(error)).toEqual({ kind: 'lost', code: 'UNKNOWN' });
	});

	it('comes to an end with an error that is its own cause', () => {
		const error: Error = new Error('again');
		error.cause = error;
		expect(failureKind(error)).toEqual({ kind: 'lost', code: 'Error' });
	});

	it('says that nothing was sent for codes of the connection alone', () => {
		const later = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED', 'ERR_CANCELED', 'EPROTO'];
		for (const code of later) {
			expect(CONNECTION_FAILURES[failureKind(coded(code)).kind].unsent).toBe(false);
		}
	});
});

describe('isRefusedByN8n', () => {
	it("knows the errors of n8n's SSRF protection by their names, however deep", () => {
		const blocked = Object.assign(new Error('blocked'), { name: 'SsrfBlockedIpError' });
		expect(isRefusedByN8n(blocked)).toBe(true);
		expect(isRefusedByN8n(coded('ERR', { cause: blocked }))).toBe(true);
		expect(isRefusedByN8n(coded('ECONNREFUSED'))).toBe(false);
		expect(isRefusedByN8n(undefined)).toBe(false);
	});
});
