/** What will become of an item. */
export interface Outcome {
	result: 'succeeded' | 'failed' | 'cancelled';
	/** The item takes at least this long. */
	atLeastMs: number;
	/** How many files it makes. */
	outputs: number;
	/** Wanted size of each file, null for its natural one. */
	outputBytes: number | null;
	/** The code of its failure, null for the usual one. */
	failureCode: string | null;
	/** It fails the first so many times that an element with this mark runs, and then succeeds. */
	failsAtFirst: { mark: string; times: number } | null;
}

/**
 * Reads the outcome from the element itself, so that any workflow can steer it: `[fail]`, `[cancel]` and
 * `[slow 1500]` in any text, `[fail MODEL_UNAVAILABLE]` to fail with a code, `[fail 2 shoe]` to fail twice
 * and succeed from then on, `num_images` for several files, `output_bytes` for their size.
 */
export function outcomeOf(element: Record<string, unknown>): Outcome {
	const text = JSON.stringify(element);
	const slow = /\[slow (\d+)\]/.exec(text);
	const coded = /\[fail ([A-Z_]+)\]/.exec(text);
	const atFirst = /\[fail (\d+)[^\]]*\]/.exec(text);
	return {
		result:
			text.includes('[fail]') || coded
				? 'failed'
				: text.includes('[cancel]')
					? 'cancelled'
					: 'succeeded',
		atLeastMs: slow ? Number(slow[1]) : 0,
		outputs: positive(element.num_images) ?? 1,
		outputBytes: positive(element.output_bytes),
		failureCode: coded?.[1] ?? null,
		failsAtFirst: atFirst ? { mark: atFirst[0], times: Number(atFirst[1]) } : null,
	};
}

function positive(value: unknown): number | null {
	return Number.isInteger(value) && Number(value) > 0 ? Number(value) : null;
}
