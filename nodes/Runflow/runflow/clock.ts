/** The time, pauses and chance that everything here goes by; tests bring their own. */
export interface Clock {
	/** Milliseconds since 1970. */
	now(): number;
	/**
	 * Resolves after so many milliseconds, however many they are.
	 *
	 * @throws RequestCancelledError as soon as the signal aborts
	 */
	pause(ms: number, signal?: AbortSignal): Promise<void>;
	/** In [0, 1). */
	random(): number;
}

/**
 * Does some work that has only so much time: the work gets a signal that aborts once that is over, or
 * once `outer` aborts.
 */
export async function withinTime<T>(
	clock: Clock,
	ms: number,
	work: (signal: AbortSignal) => Promise<T>,
	outer?: AbortSignal,
): Promise<T> {
	const limit = new AbortController();
	const done = new AbortController();
	clock.pause(ms, done.signal).then(
		() => limit.abort(),
		() => {},
	);
	try {
		return await work(outer ? AbortSignal.any([outer, limit.signal]) : limit.signal);
	} finally {
		done.abort();
	}
}

/** The outcome of some work that may not hear a signal, or an error as soon as that aborts. */
export async function orAborted<T>(
	work: Promise<T>,
	signal: AbortSignal,
	late: () => Error,
): Promise<T> {
	const aborted = new Promise<never>((_, reject) => {
		const abort = () => reject(late());
		if (signal.aborted) abort();
		signal.addEventListener('abort', abort, { once: true });
	});
	return await Promise.race([work, aborted]);
}
