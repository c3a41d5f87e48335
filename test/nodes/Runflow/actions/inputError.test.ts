import { quote } from '../../../../nodes/Runflow/actions/inputError.ts';

describe('quote', () => {
	it.each([
		['text', '"text"'],
		[['a'], '["a"]'],
		['x'.repeat(100), `"${'x'.repeat(59)}…`],
		[undefined, 'undefined'],
	])('shows %p', (value, shown) => {
		expect(quote(value)).toBe(shown);
	});

	it.each([
		'whsec_0123456789abcdef',
		'rf_live_0123456789abcdef',
		'rf_svc_0123456789abcdef',
		'rfk_0123456789abcdef',
		'Bearer rf_live_0123456789abcdef',
	])('hides %s, pasted into the wrong field', (secret) => {
		expect(quote(secret)).not.toContain('0123456789');
		expect(quote({ field: secret })).not.toContain('0123456789');
	});
});
