import fc from 'fast-check';

import {
	compareDecimals,
	decimalOfCents,
	isDecimal,
	sumOfDecimals,
} from '../../../../../nodes/Runflow/runflow/account/decimal.ts';

const PLACES = 12;

/** A decimal number of whole units, written with up to twelve decimals. */
const decimals = fc
	.record({ units: fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), places: fc.nat(PLACES) })
	.map(({ units, places }) => {
		const digits = String(units < 0n ? -units : units).padStart(places + 1, '0');
		const point = digits.length - places;
		const fraction = places > 0 ? `.${digits.slice(point)}` : '';
		const text = `${units < 0n ? '-' : ''}${digits.slice(0, point)}${fraction}`;
		return { text, value: units * 10n ** BigInt(PLACES - places), places };
	});

describe('decimal numbers', () => {
	it('are summed exactly, with the decimals of the most precise', () => {
		fc.assert(
			fc.property(fc.array(decimals), (numbers) => {
				const sum = sumOfDecimals(numbers.map(({ text }) => text));
				const [whole, fraction = ''] = sum.replace('-', '').split('.');
				const units = BigInt(whole + fraction.padEnd(PLACES, '0'));
				const expected = numbers.reduce((total, { value }) => total + value, 0n);
				expect(sum.startsWith('-') ? -units : units).toBe(expected);
				expect(fraction.length).toBe(Math.max(0, ...numbers.map(({ places }) => places)));
			}),
		);
	});

	it('are summed alike in any order', () => {
		fc.assert(
			fc.property(fc.array(decimals), (numbers) => {
				const texts = numbers.map(({ text }) => text);
				expect(sumOfDecimals(texts.toReversed())).toBe(sumOfDecimals(texts));
			}),
		);
	});

	it('are compared by their value', () => {
		fc.assert(
			fc.property(decimals, decimals, (one, other) => {
				const sign = one.value === other.value ? 0 : one.value > other.value ? 1 : -1;
				expect(compareDecimals(one.text, other.text)).toBe(sign);
			}),
		);
	});

	it('are summed where floating point is wrong', () => {
		expect(sumOfDecimals(['0.1', '0.2'])).toBe('0.3');
		expect(sumOfDecimals(Array.from({ length: 20 }, () => '0.14'))).toBe('2.80');
		expect(sumOfDecimals(['9007199254740993', '0.01'])).toBe('9007199254740993.01');
		expect(sumOfDecimals([])).toBe('0');
	});

	it.each([
		['1', true],
		['-0.50', true],
		['+.5', true],
		['5.', true],
		['', false],
		['.', false],
		['1e3', false],
		['1,5', false],
		[' 1', false],
		['0x1', false],
		['NaN', false],
	])('%j is one: %s', (text, expected) => {
		expect(isDecimal(text)).toBe(expected);
	});

	it.each([
		[0, '0.00'],
		[5, '0.05'],
		[-5, '-0.05'],
		[1234, '12.34'],
	])('%d cents are %s', (cents, text) => {
		expect(decimalOfCents(cents)).toBe(text);
	});
});
