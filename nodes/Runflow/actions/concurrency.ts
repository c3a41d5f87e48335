/** How many requests one node has under way at the same time. */
export const CONCURRENCY = 16;

/**
 * Works on items with bounded concurrency; the outcomes come back in the order of the items. After
 * a failure no new item is started, unless `goOn` is set; those never started have no outcome.
 */
export async function mapConcurrently<T, R>(
	items: readonly T[],
	work: (item: T, index: number) => Promise<R>,
	{ goOn, concurrency = CONCURRENCY }: { goOn: boolean; concurrency?: number },
): Promise<Array<PromiseSettledResult<R> | undefined>> {
	const outcomes = new Array<PromiseSettledResult<R> | undefined>(items.length).fill(undefined);
	let next = 0;
	let stopped = false;
	const worker = async () => {
		while (next < items.length && !stopped) {
			const index = next++;
			const [outcome] = await Promise.allSettled([work(items[index], index)]);
			outcomes[index] = outcome;
			if (outcome.status === 'rejected' && !goOn) stopped = true;
		}
	};
	await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
	return outcomes;
}
