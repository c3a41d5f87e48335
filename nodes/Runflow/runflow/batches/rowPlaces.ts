/** What tells which row of a batch something is; the same in items, in handles and in callbacks. */
export interface Numbered {
	id?: unknown;
	run_id?: unknown;
	client_ref?: unknown;
	sequence_index?: unknown;
}

/**
 * The places of items in their batch's input, from 0; `undefined` where that is not certain, since a
 * result on a foreign row is worse than none. Runflow's `sequence_index` is the position in the sent
 * array, but the docs do not say from where it counts: all numbers of the batch together decide. An
 * item without a number takes that of its handle, or else its place in a list that is complete and
 * in order by its other numbers. Numbers that are there twice, or that the batch has no row for, say nothing.
 *
 * @param total how many rows the batch has
 * @param handles the batch's own list of its items, as far as it was read
 */
export function placesOf(
	items: readonly Numbered[],
	total: number,
	handles: readonly Numbered[] = [],
): Array<number | undefined> {
	const numbers = items.map((item) => numberOf(item) ?? numberOfHandle(item, handles));
	const first = firstNumber([...numbers, ...handles.map(numberOf)], total);
	const numbered = numbers.map((number) =>
		number === undefined || first === undefined ? undefined : number - first,
	);
	const inOrder =
		items.length === total &&
		numbered.every((place, index) => place === undefined || place === index) &&
		(first !== undefined || total === 1);
	const places = inOrder ? items.map((_, index) => index) : numbered;
	const taken = new Map<number, number>();
	for (const place of places) {
		if (place !== undefined) taken.set(place, (taken.get(place) ?? 0) + 1);
	}
	return places.map((place) =>
		place !== undefined && place >= 0 && place < total && taken.get(place) === 1
			? place
			: undefined,
	);
}

/** The number of the first row; `undefined` where the numbers leave it open. */
function firstNumber(numbers: Array<number | undefined>, total: number): number | undefined {
	const known = new Set(numbers.filter((number) => number !== undefined));
	if (known.size === 0) return undefined;
	const lowest = Math.min(...known);
	if (lowest === 0) return 0;
	const highest = Math.max(...known);
	const complete = known.size === total && highest - lowest === total - 1;
	if (complete) return lowest;
	return highest === total ? 1 : undefined;
}

function numberOf({ sequence_index: number }: Numbered): number | undefined {
	return Number.isInteger(number) && Number(number) >= 0 ? Number(number) : undefined;
}

function numberOfHandle(item: Numbered, handles: readonly Numbered[]): number | undefined {
	for (const name of ['id', 'run_id', 'client_ref'] as const) {
		const same = handles.filter((handle) => item[name] && handle[name] === item[name]);
		if (same.length === 1) return numberOf(same[0]);
	}
	return undefined;
}
