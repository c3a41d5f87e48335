/**
 * Works on items with bounded concurrency; the outcomes come back in the order of the items. After
 * a failure no new item is started, unless `goOn` is set; those never started have no outcome.
 */
export async function mapConcurrently<T, R>(
	items: readonly T[],
	work: (item: T, index: number) => Promise<R>,
	{ goOn, concurrency }: { goOn: boolean; concurrency: number },
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

/** Gives work that is started all at once a bound: so many run, the others wait their turn. */
export function inTurns(concurrency: number): <R>(work: () => Promise<R>) => Promise<R> {
	const waiting: Array<() => void> = [];
	let running = 0;
	return async (work) => {
		if (running >= concurrency) await new Promise<void>((resolve) => waiting.push(resolve));
		else running++;
		try {
			return await work();
		} finally {
			const next = waiting.shift();
			if (next) next();
			else running--;
		}
	};
}
