import fc from 'fast-check';

import { sign, verifySignature } from '../../../../../nodes/Runflow/runflow/callbacks/signature.ts';

const SECRET = 'whsec_emulator_signing_secret';
const BODY = Buffer.from('{"event": "batch.succeeded"}');
const SIGNATURE = 'c8c9c9b6f95416570534adf320e4bdce7917fdf2dbd14da2c364ca3ad1f8c130';

// Computed with `openssl dgst -sha256 -hmac`; the last one is RFC 4231, test case 2.
const VECTORS: Array<[name: string, body: Buffer, secret: string, signature: string]> = [
	['a body in ASCII', BODY, SECRET, SIGNATURE],
	[
		'a body of multi-byte UTF-8',
		Buffer.from('{"metadata": {"name": "Größe 🎨 日本"}}'),
		SECRET,
		'b823d7b163b8df4b7675d5b94f7d26bc06c6c64f520248ff65bc26d98686f7a3',
	],
	[
		'a secret of multi-byte UTF-8',
		Buffer.from('{"metadata": {"name": "Größe 🎨 日本"}}'),
		'whsec_Schlüssel',
		'cdfd1c5e7af6e8df4ae235f3015678bdad161328b3d6b5e09ab297b13fa27067',
	],
	[
		'an empty body',
		Buffer.alloc(0),
		SECRET,
		'3ca17c03120f7515f6a6dddd67fd2b28f24c547db5c0d788014a7e0b61934274',
	],
	[
		'bytes that are no UTF-8',
		Buffer.from([0x00, 0xff, 0xfe, 0x80]),
		SECRET,
		'416584003cc78443559e179e7c570079e2d02a23d4b543fd6d6c9d9b5dc3425d',
	],
	[
		'RFC 4231, case 2',
		Buffer.from('what do ya want for nothing?'),
		'Jefe',
		'5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
	],
];

describe('sign and verifySignature', () => {
	it.each(VECTORS)('agree with OpenSSL on %s', (_, body, secret, signature) => {
		expect(sign(body, secret)).toBe(signature);
		expect(verifySignature(body, signature, [secret])).toEqual({ valid: true, secretIndex: 0 });
	});

	it('keep the whsec_ prefix in the key', () => {
		const withoutPrefix = '8154a923dd1db5ade7e41fcd7a336fe1c9fbf2a36d03a6827865f19fb733de72';
		expect(verifySignature(BODY, withoutPrefix, [SECRET])).toEqual({
			valid: false,
			fault: 'mismatch',
		});
	});
});

describe('verifySignature', () => {
	it('accepts either secret while they are being changed, and says which one signed', () => {
		expect(verifySignature(BODY, SIGNATURE, ['whsec_new', SECRET])).toEqual({
			valid: true,
			secretIndex: 1,
		});
		expect(verifySignature(BODY, SIGNATURE, [SECRET, 'whsec_old'])).toEqual({
			valid: true,
			secretIndex: 0,
		});
		expect(verifySignature(BODY, SIGNATURE, ['', SECRET])).toEqual({
			valid: true,
			secretIndex: 1,
		});
	});

	it.each([[[]], [['']], [['   ']], [['\n\t', '']]])('verifies nothing with %j', (secrets) => {
		for (const header of [SIGNATURE, undefined, 'anything']) {
			expect(verifySignature(BODY, header, secrets)).toEqual({ valid: false, fault: 'no-secret' });
		}
	});

	it('does not take a signature that was made with a blank secret', () => {
		const withSpace = 'cd6c788ec0666cfe6f43c58b04ca6ba3d2de3b3edc0f2ece0efbb6ae79170423';
		expect(sign(BODY, ' ')).toBe(withSpace);
		expect(verifySignature(BODY, withSpace, [' ', SECRET]).valid).toBe(false);
		expect(verifySignature(BODY, sign(BODY, ''), ['', SECRET]).valid).toBe(false);
	});

	it.each([undefined, null, ''])('calls %j missing', (header) => {
		expect(verifySignature(BODY, header, [SECRET])).toEqual({ valid: false, fault: 'missing' });
	});

	it.each<[string, unknown]>([
		['upper case', SIGNATURE.toUpperCase()],
		['one upper-case digit', SIGNATURE.replace('c', 'C')],
		['a prefix', `sha256=${SIGNATURE}`],
		['twice the signature', SIGNATURE + SIGNATURE],
		['two joined by a comma', `${SIGNATURE}, ${SIGNATURE}`],
		['an array', [SIGNATURE]],
		['an array of two', [SIGNATURE, SIGNATURE]],
		['63 characters', SIGNATURE.slice(1)],
		['65 characters', `${SIGNATURE}0`],
		['a line break at the end', `${SIGNATURE}\n`],
		['a space in front', ` ${SIGNATURE}`],
		['a character beyond hex', `g${SIGNATURE.slice(1)}`],
		['full-width digits', '０'.repeat(64)],
		['base64', Buffer.from(SIGNATURE, 'hex').toString('base64')],
		['a blank', ' '],
		['an object that reads as the signature', { toString: () => SIGNATURE }],
		['a buffer', Buffer.from(SIGNATURE)],
		['a number', 0],
		['false', false],
	])('calls %s malformed', (_, header) => {
		expect(verifySignature(BODY, header, [SECRET])).toEqual({ valid: false, fault: 'malformed' });
	});

	it('calls the signature of another secret a mismatch', () => {
		expect(verifySignature(BODY, sign(BODY, 'whsec_other'), [SECRET])).toEqual({
			valid: false,
			fault: 'mismatch',
		});
	});

	it('refuses a body with the same meaning and other bytes', () => {
		const reserialised = Buffer.from(JSON.stringify(JSON.parse(BODY.toString())));
		expect(verifySignature(reserialised, SIGNATURE, [SECRET]).valid).toBe(false);
	});

	it('accepts what Runflow signs and refuses it after any flip of one bit', () => {
		const sample = fc.record({
			body: fc.uint8Array({ minLength: 1, maxLength: 200 }),
			secret: fc.string({ minLength: 1 }).filter((text) => text.trim() !== ''),
			at: fc.nat(),
		});
		fc.assert(
			fc.property(sample, ({ body, secret, at }) => {
				const signature = sign(body, secret);
				expect(verifySignature(body, signature, [secret]).valid).toBe(true);
				const otherBody = Uint8Array.from(body);
				otherBody[at % body.length] ^= 1 << (at % 8);
				expect(verifySignature(otherBody, signature, [secret]).valid).toBe(false);
				const otherHeader = Buffer.from(signature, 'latin1');
				otherHeader[at % 64] ^= 1 << (at % 8);
				expect(verifySignature(body, otherHeader.toString('latin1'), [secret]).valid).toBe(false);
			}),
		);
	});

	it('never throws and never accepts, whatever the header is', () => {
		fc.assert(
			fc.property(fc.anything(), fc.array(fc.string()), (header, secrets) => {
				expect(verifySignature(BODY, header, secrets).valid).toBe(false);
			}),
		);
		const hex = fc.string({
			unit: fc.constantFrom(...'0123456789abcdef'),
			minLength: 62,
			maxLength: 66,
		});
		fc.assert(
			fc.property(
				hex.filter((text) => text !== SIGNATURE),
				(header) => {
					expect(verifySignature(BODY, header, [SECRET]).valid).toBe(false);
				},
			),
		);
	});
});
