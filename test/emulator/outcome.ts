/** What will become of an item. */
export interface Outcome {
	result: 'succeeded' | 'failed' | 'cancelled';
	/** The item takes at least this long. */
	atLeastMs: number;
	/** How many files it makes. */
	outputs: number;
	/** Wanted size of each file, null for its natural one. */
	outputBytes: number | null;
}

/**
 * Reads the outcome from the element itself, so that any workflow can steer it: `[fail]`, `[cancel]` and
 * `[slow 1500]` in any text, `num_images` for several files, `output_bytes` for their size.
 */
export function outcomeOf(element: Record<string, unknown>): Outcome {
	const text = JSON.stringify(element);
	const slow = /\[slow (\d+)\]/.exec(text);
	return {
		result: text.includes('[fail]')
			? 'failed'
			: text.includes('[cancel]')
				? 'cancelled'
				: 'succeeded',
		atLeastMs: slow ? Number(slow[1]) : 0,
		outputs: positive(element.num_images) ?? 1,
		outputBytes: positive(element.output_bytes),
	};
}

function positive(value: unknown): number | null {
	return Number.isInteger(value) && Number(value) > 0 ? Number(value) : null;
}
