const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)$/;

/** A decimal number, exactly: `units` of ten to the power of minus `places`. */
interface Decimal {
	units: bigint;
	places: number;
}

/** Whether a text is a decimal number without an exponent, the form of Runflow's amounts. */
export function isDecimal(text: string): boolean {
	return DECIMAL.test(text);
}

/**
 * The sum of decimal numbers, exactly, with as many decimals as the most precise of them.
 *
 * @param texts decimal numbers, see `isDecimal`
 */
export function sumOfDecimals(texts: readonly string[]): string {
	const numbers = texts.map(read);
	const places = Math.max(0, ...numbers.map((number) => number.places));
	const units = numbers.reduce((sum, number) => sum + unitsAt(number, places), 0n);
	return write({ units, places });
}

/** Which of two decimal numbers is larger: negative for the second, positive for the first, or 0. */
export function compareDecimals(one: string, other: string): number {
	const [a, b] = [read(one), read(other)];
	const places = Math.max(a.places, b.places);
	const difference = unitsAt(a, places) - unitsAt(b, places);
	return difference === 0n ? 0 : difference > 0n ? 1 : -1;
}

/** A whole number of hundredths as a decimal number. */
export function decimalOfCents(cents: number): string {
	return write({ units: BigInt(cents), places: 2 });
}

function read(text: string): Decimal {
	const [whole, fraction = ''] = text.replace(/^[+-]/, '').split('.');
	const units = BigInt(`${whole}${fraction}`);
	return { units: text.startsWith('-') ? -units : units, places: fraction.length };
}

function unitsAt({ units, places }: Decimal, wanted: number): bigint {
	return units * 10n ** BigInt(wanted - places);
}

function write({ units, places }: Decimal): string {
	const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0');
	const whole = digits.slice(0, digits.length - places);
	const fraction = places > 0 ? `.${digits.slice(-places)}` : '';
	return `${units < 0n ? '-' : ''}${whole}${fraction}`;
}
