import { createHmac, timingSafeEqual } from 'node:crypto';

/** Why a callback's signature was refused. */
export type SignatureFault = 'no-secret' | 'missing' | 'malformed' | 'mismatch';

/** Outcome of a verification; `secretIndex` says which of the given secrets signed. */
export type Verification =
	{ valid: true; secretIndex: number } | { valid: false; fault: SignatureFault };

const SIGNATURE = /^[0-9a-f]{64}$/;

/**
 * Signs a callback body as Runflow does: HMAC-SHA256 over the raw bytes, keyed with the secret
 * verbatim (its `whsec_` prefix included), as 64 lower-case hex characters.
 * Source: docs.runflow.io, guides/verify-callback-signatures.
 */
export function sign(body: Uint8Array, secret: string): string {
	return createHmac('sha256', secret).update(body).digest('hex');
}

/**
 * Verifies the `Runflow-Signature` header of a callback. Never throws and fails closed: a header
 * that is not exactly 64 lower-case hex characters, or no usable secret, is a refusal. Every
 * secret is tried, so the time taken does not tell which one matched.
 *
 * @param body raw bytes as received; a re-serialised body does not verify
 * @param header value of the header, `undefined` when the request has none
 * @param secrets signing secrets, the current one first; blank ones verify nothing
 */
export function verifySignature(
	body: Uint8Array,
	header: unknown,
	secrets: readonly string[],
): Verification {
	const usable = secrets.filter((secret) => secret.trim() !== '');
	if (usable.length === 0) return { valid: false, fault: 'no-secret' };
	if (header === undefined || header === null || header === '') {
		return { valid: false, fault: 'missing' };
	}
	if (typeof header !== 'string' || !SIGNATURE.test(header)) {
		return { valid: false, fault: 'malformed' };
	}
	const given = Buffer.from(header, 'hex');
	const matches = secrets.map(
		(secret) =>
			secret.trim() !== '' &&
			timingSafeEqual(given, createHmac('sha256', secret).update(body).digest()),
	);
	const secretIndex = matches.indexOf(true);
	return secretIndex === -1 ? { valid: false, fault: 'mismatch' } : { valid: true, secretIndex };
}
