const MOST_DECIMALS = 20;

/**
 * A cost as a decimal string, the form that Runflow's docs give; where it comes as a JSON number, the
 * digits are those that JSON.parse leaves. `null` for anything else.
 */
export function costText(cost: unknown): string | null {
	if (typeof cost === 'string') return cost;
	if (typeof cost !== 'number' || !Number.isFinite(cost)) return null;
	const digits = String(cost);
	if (!digits.includes('e')) return digits;
	return cost.toFixed(MOST_DECIMALS).replace(/\.?0+$/, '');
}
