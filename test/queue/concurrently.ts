/** Maps with at most so many at work at a time; results come in the order of the entries. */
export async function mapConcurrently<T, R>(
	entries: readonly T[],
	most: number,
	map: (entry: T) => Promise<R>,
): Promise<R[]> {
	const results = new Array<R>(entries.length);
	let next = 0;
	const work = async () => {
		while (next < entries.length) {
			const index = next++;
			results[index] = await map(entries[index]);
		}
	};
	await Promise.all(Array.from({ length: Math.min(most, entries.length) }, work));
	return results;
}
