import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A key and a certificate for loopback that is its own authority. */
export interface Certificate {
	key: string;
	cert: string;
	/** File with the certificate, for NODE_EXTRA_CA_CERTS. */
	path: string;
	remove(): void;
}

/** Makes one with the openssl program; elliptic curve, as public APIs have, so that handshakes cost what they do there. */
export function makeCertificate(): Certificate {
	const folder = mkdtempSync(join(tmpdir(), 'bench-certificate-'));
	const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
	const options = [
		['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
		['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'],
		['-keyout', key, '-out', cert],
	].flat();
	execFileSync('openssl', ['req', '-x509', ...options], { stdio: 'ignore' });
	return {
		key: readFileSync(key, 'utf8'),
		cert: readFileSync(cert, 'utf8'),
		path: cert,
		remove: () => rmSync(folder, { recursive: true, force: true }),
	};
}
